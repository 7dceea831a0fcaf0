"""``flow check --watch``: judge again whenever one of the files is saved, comes or goes, until interrupted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.flow_files import Bundle, NoFlows, gather
from config.business_files import BUSINESS
from config.reload import Traces, trace
from flows.messages import Bilingual

EVERY = 0.2
"""Seconds between two looks: with a check of a tenth of a second a verdict follows a save within half a second."""

WATCHING = Bilingual("watching {files} files; Ctrl-C ends", "正在监视 {files} 个文件；按 Ctrl-C 结束")
CHANGED = Bilingual("changed: {names}", "已更改：{names}")


@dataclass(frozen=True, slots=True)
class Watch:
    """``verdict`` judges and gives the exit code; ``sleep`` takes seconds and may raise KeyboardInterrupt."""

    paths: Sequence[Path]
    verdict: Callable[[], int]
    say: Callable[[str], None]
    sleep: Callable[[float], None]
    language: str = "en"

    def run(self) -> int:
        """The code of the last verdict, once interrupted."""
        before, code = traces(self.paths), self.verdict()
        self._tell(WATCHING, files=len(before))
        while self._slept():
            now = traces(self.paths)
            if now == before:
                continue
            touched = sorted(path.name for path in before.keys() | now.keys() if before.get(path) != now.get(path))
            self._tell(CHANGED, names=", ".join(touched))
            before, code = now, self.verdict()
        return code

    def _slept(self) -> bool:
        try:
            self.sleep(EVERY)
        except KeyboardInterrupt:
            return False
        return True

    def _tell(self, words: Bilingual, **values: object) -> None:
        self.say(words.fill(values).text(self.language))


def traces(paths: Sequence[Path]) -> Traces:
    """Every file that the verdict on these paths reads, with what changes when it does."""
    try:
        return {file: trace(file) for bundle in gather(paths) for file in _files(bundle)}
    except NoFlows:
        # Nothing is there just now (a file is being replaced, say): that is a trace as well.
        return {path: trace(path) for path in paths}


def _files(bundle: Bundle) -> list[Path]:
    business = [bundle.folder / BUSINESS] if bundle.folder else []
    return [*business, *bundle.flows, *bundle.tests]
