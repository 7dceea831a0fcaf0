"""What is said about conversation tests."""

from __future__ import annotations

from collections.abc import Mapping

from flows.messages.bilingual import Message, message

TALK: Mapping[str, Message] = {
    "E103.step": message(
        "a step is `start` or exactly one of bot, me, tap, wait, event, receipt",
        "一步是 start，或 bot、me、tap、wait、event、receipt 之一",
        'write one thing that happens: `{{me: "Y"}}`, `{{bot: welcome}}`, `{{wait: 73h}}`',
        "只写发生的一件事：{{me: Y}}、{{bot: welcome}}、{{wait: 73h}}",
    ),
}
