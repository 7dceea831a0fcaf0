"""A flow as SVG: states coloured by what they may send, rows labelled with the words that people say.

Names and texts of the file appear as text only, never as markup. Needs no font, script or address from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from flows.drawing.cards import MEANS, Card, Label, Sends, begins, card, labels
from flows.drawing.geometry import Link, Plan, Point, Size
from flows.drawing.layout import lay_out
from flows.graph import width
from flows.spec import Flow

COLOURS: Mapping[Sends, tuple[str, str]] = {
    Sends.COMMERCIAL: ("#fde3d3", "#c2410c"),
    Sends.ASKS: ("#dbe7fd", "#1d4ed8"),
    Sends.TELLS: ("#dcf3e2", "#15803d"),
    Sends.NOTHING: ("#eef0f2", "#64748b"),
}
"""Fill and border. Every state says in words as well what its colour says."""

STYLE = """
text{font:13px system-ui,"Segoe UI","Noto Sans","Noto Sans CJK SC","Microsoft YaHei",sans-serif;fill:#1e293b}
.name{font-weight:600;font-size:14px}.small{font-size:11.5px;fill:#475569}.spoken{font-style:italic;fill:#334155}
.row{fill:#fff;stroke:#cbd5e1}.line{fill:none;stroke:#64748b;stroke-width:1.3}
.effect{font-size:11.5px;fill:#9a3412;font-weight:600}
"""

LINE = 17.0
PADDING = 10.0
LETTER = 7.5
"""Room for one column, so that no font overflows its box."""

START = "\tstart"
"""The key of the box that says what starts the flow; no state is called so."""


def svg(flow: Flow, language: str = "en") -> str:
    """The drawing, ending with a line break. ``language`` zh or en: of our own words."""
    cards = {name: card(flow, state, language) for name, state in flow.states.items()}
    rows = {f"{each.source}\t{each.target}": each for each in labels(flow)}
    opening = begins(flow, language)
    sizes = {START: _room(opening), **{name: _card_room(each) for name, each in cards.items()}}
    sizes |= {key: _room(row) for key, row in rows.items()}
    links = [Link(START, flow.start.go)]
    for key, row in rows.items():
        links += [Link(row.source, key), Link(key, row.target)]
    plan = lay_out(sizes, links)
    body = [
        *_lines(plan),
        *_pill(plan, START, sizes[START], opening),
        *(part for key, row in rows.items() for part in _pill(plan, key, sizes[key], row)),
        *(part for name, each in cards.items() for part in _card(plan, sizes[name], each)),
    ]
    legend, room = _legend(plan.size, language)
    return "\n".join([*_opening(flow, room), *body, *legend, "</svg>"]) + "\n"


def _opening(flow: Flow, room: Size) -> Iterator[str]:
    wide, high = round(room.width), round(room.height)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        f'role="img" aria-label={quoteattr(flow.name)}>'
    )
    yield f"<title>{escape(flow.name)}</title><desc>{escape(flow.about)}</desc>"
    yield f"<style>{STYLE}</style>"
    yield (
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#64748b"/></marker></defs>'
    )
    yield f'<rect width="{wide}" height="{high}" fill="#fff"/>'


def _room(row: Label) -> Size:
    shown = [line for line, _ in row.lines]
    return Size(max(map(width, shown)) * LETTER + 2 * PADDING, len(shown) * LINE + PADDING)


def _card_room(each: Card) -> Size:
    shown = [each.name, *each.spoken, *each.notes]
    return Size(max(110.0, max(map(width, shown)) * LETTER + 2 * PADDING), len(shown) * LINE + 1.4 * PADDING)


def _card(plan: Plan, room: Size, each: Card) -> Iterator[str]:
    centre = plan.centres[each.name]
    fill, border = COLOURS[each.sends]
    if each.ends:
        yield _rect(centre, Size(room.width + 7, room.height + 7), f'rx="12" fill="none" stroke="{border}"')
    yield _rect(centre, room, f'rx="9" fill="{fill}" stroke="{border}" stroke-width="1.4"')
    kinds = ["name", *["spoken"] * len(each.spoken), *["small"] * len(each.notes)]
    yield from _text(centre, list(zip([each.name, *each.spoken, *each.notes], kinds, strict=True)))


def _pill(plan: Plan, key: str, room: Size, row: Label) -> Iterator[str]:
    yield _rect(plan.centres[key], room, 'class="row" rx="11"')
    yield from _text(plan.centres[key], [(line, "effect" if done else "") for line, done in row.lines])


def _rect(centre: Point, room: Size, rest: str) -> str:
    left, top = centre.x - room.width / 2, centre.y - room.height / 2
    return f'<rect x="{left:.1f}" y="{top:.1f}" width="{room.width:.1f}" height="{room.height:.1f}" {rest}/>'


def _text(centre: Point, lines: Sequence[tuple[str, str]]) -> Iterator[str]:
    top = centre.y - len(lines) * LINE / 2 + LINE * 0.76
    for number, (line, kind) in enumerate(lines):
        of_kind = f' class="{kind}"' if kind else ""
        place = f'x="{centre.x:.1f}" y="{top + number * LINE:.1f}" text-anchor="middle"'
        yield f"<text {place}{of_kind}>{escape(line)}</text>"


def _lines(plan: Plan) -> Iterator[str]:
    for points in plan.forward.values():
        yield _path(_smooth(points))
    for points in plan.back.values():
        yield _path("M" + "L".join(f"{point.x:.1f} {point.y:.1f}" for point in points))


def _path(way: str) -> str:
    return f'<path class="line" d="{way}" marker-end="url(#head)"/>'


def _smooth(points: Sequence[Point]) -> str:
    """Straight down out of each point and straight down into the next."""
    parts = [f"M{points[0].x:.1f} {points[0].y:.1f}"]
    for before, after in pairwise(points):
        half = (before.y + after.y) / 2
        parts.append(f"C{before.x:.1f} {half:.1f} {after.x:.1f} {half:.1f} {after.x:.1f} {after.y:.1f}")
    return "".join(parts)


def _legend(size: Size, language: str) -> tuple[list[str], Size]:
    """One line below the drawing, and the room that everything takes together."""
    left, parts = PADDING * 2, []
    for kind, (fill, border) in COLOURS.items():
        words = MEANS[kind].text(language)
        parts.append(
            _rect(Point(left + 6.5, size.height + 6.5), Size(13, 13), f'rx="3" fill="{fill}" stroke="{border}"')
        )
        parts.append(f'<text x="{left + 19:.1f}" y="{size.height + 11:.1f}" class="small">{escape(words)}</text>')
        left += 32 + width(words) * 6.6
    return parts, Size(max(size.width, left), size.height + 30)
