"""What each problem says and what to do about it, in English and Chinese side by side. Words only, no logic."""

from __future__ import annotations

from collections.abc import Mapping

from flows.messages.bilingual import Bilingual, Message
from flows.messages.form import FORM
from flows.messages.meaning import MEANING
from flows.messages.proof import PROOF
from flows.messages.publishing import PUBLISHING
from flows.messages.rules import RULES
from flows.messages.talk import TALK

CATALOGUE: Mapping[str, Message] = {**FORM, **MEANING, **PROOF, **PUBLISHING, **RULES, **TALK}
"""By name: the code, then which case of it (``E201.state``)."""

__all__ = ["CATALOGUE", "Bilingual", "Message"]
