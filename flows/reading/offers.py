"""The words by which a text of ours lets people refuse: the R of 拒收请回复R, the END of "reply END to opt out".

Such a word is a stop in answer to that text, whatever it means elsewhere. Reads our own wordings, never a person's.
"""

from __future__ import annotations

import re

_WORD = r"[\"'“”「」『』‘’]?(?P<word>[A-Za-z0-9]{1,8})[\"'“”「」『』‘’]?"
_REFUSE_ZH = "(?:退订|退訂|拒收|取消|停止|停发|停發|终止|終止)"
_SEND_ZH = "(?:请|請)?(?:回复|回覆|回|发送|發送|发|發)"
_REFUSE_EN = r"(?:stop|opt[ -]?out|unsubscribe|end|cancel|refuse|quit|get no more)"
_REFUSE_ES = r"(?:no recibir|cancelar|darse de baja|parar|terminar)"
_OFFERS = (
    re.compile(rf"{_REFUSE_ZH}{_SEND_ZH}\s*{_WORD}"),
    re.compile(rf"{_SEND_ZH}\s*{_WORD}\s*(?:可|即可)?{_REFUSE_ZH}"),
    re.compile(rf"\b(?:reply|text|send)\s+{_WORD}\s+(?:to|2)\s+{_REFUSE_EN}\b", re.IGNORECASE),
    re.compile(rf"\b{_WORD}\s+(?:to|2)\s+{_REFUSE_EN}\b", re.IGNORECASE),
    re.compile(rf"\b(?:responda|envi[eé]|conteste)\s+{_WORD}\s+para\s+{_REFUSE_ES}\b", re.IGNORECASE),
)


def offered(body: str) -> tuple[str, ...]:
    """Each word once, in the order of the patterns; none for a text that names no way to refuse."""
    found = (match["word"] for pattern in _OFFERS for match in pattern.finditer(body))
    return tuple(dict.fromkeys(found))
