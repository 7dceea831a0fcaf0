"""The quick parser is used only where it says what the pure one says: a flow means the same with either."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml.events import Event, NodeEvent

from config.business_flows import shipped_flows
from flows import document

SOURCES = [flow.source for flow in shipped_flows()]
STRANGE = [
    *"\t :,[]{}'\"\n-#?&*!|>%@`\\x0\r",
    *("\n ", "\n\t", ": ", "- ", "😀", "<<: ", "&a ", "*a", "!!str ", "%YAML 1.1\n---\n", "...\n"),
]


def told(events: list[Event]) -> list[tuple[object, ...]]:
    """The values and where they stand; of where lists and mappings end nothing is made."""
    return [
        (type(each).__name__, getattr(each, "value", None), each.start_mark.line, each.start_mark.column)
        for each in events
        if isinstance(each, NodeEvent)
    ]


@pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
def test_what_is_shipped_is_read_alike(source: str) -> None:
    assert told(list(document._events(source))) == told(list(document._parsed(source, pure=True)))


def test_it_is_used_for_what_is_shipped() -> None:
    assert sum(bool(document._quick_events(source)) for source in SOURCES) >= len(SOURCES) - 2


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(SOURCES), st.floats(0, 1), st.integers(0, 3), st.sampled_from(STRANGE))
def test_whatever_is_put_into_a_flow_is_read_alike(source: str, where: float, gone: int, strange: str) -> None:
    at = int(where * len(source))
    source = source[:at] + strange + source[at + gone :]
    quick = document._quick_events(source)
    if quick:
        assert told(quick) == told(list(document._parsed(source, pure=True)))
