"""The boxes of a drawing never lie over each other, and every line leads where it belongs, whatever the graph."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from flows.drawing.geometry import Link, Plan, Size
from flows.drawing.layout import lay_out

KEYS = st.integers(1, 12).map(lambda count: [f"k{number}" for number in range(count)])
SIZE = st.builds(Size, st.floats(10, 300), st.floats(10, 120))


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, Size], list[Link]]:
    """Some boxes and any links between them, loops and ways back among them."""
    keys = draw(KEYS)
    links = draw(st.lists(st.builds(Link, st.sampled_from(keys), st.sampled_from(keys)), max_size=25, unique=True))
    return {key: draw(SIZE) for key in keys}, links


def overlap(plan: Plan, sizes: dict[str, Size], one: str, other: str) -> bool:
    here, there = plan.centres[one], plan.centres[other]
    return (
        abs(here.x - there.x) * 2 < sizes[one].width + sizes[other].width - 0.01
        and abs(here.y - there.y) * 2 < sizes[one].height + sizes[other].height - 0.01
    )


@given(graphs())
def test_no_box_lies_over_another_and_all_lie_within(graph: tuple[dict[str, Size], list[Link]]) -> None:
    sizes, links = graph
    plan = lay_out(sizes, links)
    assert plan.centres.keys() == sizes.keys()
    assert not any(overlap(plan, sizes, one, other) for one, other in combinations(sizes, 2))
    for key, centre in plan.centres.items():
        assert sizes[key].width / 2 <= centre.x <= plan.size.width - sizes[key].width / 2
        assert sizes[key].height / 2 <= centre.y <= plan.size.height - sizes[key].height / 2


@given(graphs())
def test_every_link_is_drawn_once_from_its_source_to_its_target(graph: tuple[dict[str, Size], list[Link]]) -> None:
    sizes, links = graph
    plan = lay_out(sizes, links)
    assert plan.forward.keys().isdisjoint(plan.back.keys())
    assert plan.forward.keys() | plan.back.keys() == set(links)
    for link, points in (plan.forward | plan.back).items():
        assert points[0].y == plan.centres[link.source].y + sizes[link.source].height / 2
        assert points[-1].y == plan.centres[link.target].y - sizes[link.target].height / 2
    for points in plan.forward.values():
        assert all(before.y < after.y for before, after in pairwise(points))


def test_a_plain_chain_stands_in_one_line() -> None:
    sizes = {"a": Size(100, 20), "b": Size(40, 20), "c": Size(80, 20)}
    plan = lay_out(sizes, [Link("a", "b"), Link("b", "c")])
    assert len({round(centre.x, 3) for centre in plan.centres.values()}) == 1
