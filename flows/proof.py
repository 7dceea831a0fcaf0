"""The proof of a flow: that it is fit for its business over every conversation, or everything that is against it.

A proof holds for one text of one flow, in one setting, by one version of these rules. It never sends, stores or asks.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from flows.check import examine
from flows.checks.setting import Setting
from flows.problems import Problem, Severity
from flows.proving.properties import PROPERTIES
from flows.spec import Flow

VERSION = "1"
"""Raised whenever a property changes: a proof by an older version has to be made again."""


@dataclass(frozen=True, slots=True)
class Proof:
    """``flow`` and ``setting``: SHA-256 (hex) of the file's text and of everything in the setting that the verdict
    depends on; ``version`` of the rules; ``properties`` proved; ``size``: how many points of the products of states
    and consents were visited."""

    flow: str
    setting: str
    version: str
    properties: tuple[str, ...]
    size: int


def prove(flow: Flow, setting: Setting) -> Proof | list[Problem]:
    """The proof, or every error in reading order; warnings do not stand in its way."""
    examined = examine(flow, setting)
    errors = [each for each in examined.problems if each.severity is Severity.ERROR]
    return errors or Proof(flow.hash, setting_hash(flow, setting), VERSION, PROPERTIES, examined.size)


def setting_hash(flow: Flow, setting: Setting) -> str:
    """SHA-256 (hex) over the purposes, terms, templates, channels, languages and rules, and over what the words of
    this flow mean to the business."""
    words = [word for answer in flow.answers.values() for word in answer.words]
    words += (flow.start.word or {}).values()
    heard = {word: (setting.normalise(word), setting.heard(word), setting.refuses(word)) for word in words}
    text = json.dumps([setting.written, heard], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
