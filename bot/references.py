"""The reference pages, made from the code that they describe: settings, codes, keys, metrics, words, commands.

``python -m bot.references`` writes them; a test keeps them equal. Says nothing that the code does not say.
"""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from bot.metrics import Metrics
from bot.reference_codes import code_references
from bot.reference_words import BUSINESS, FLOW
from bot.why import MEANING, Why
from config.business_shape import INNER as BUSINESS_SHAPES
from config.business_shape import BusinessShape
from config.load import PREFIX
from config.settings import DECLARED
from flows.complaints import keys_of
from flows.messages import CATALOGUE, Bilingual
from flows.shape import INNER as FLOW_SHAPES
from flows.shape import FlowShape
from flows.shipped_words import SECTIONS, shipped_lists

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
MADE = "<!-- Made by `python -m bot.references`: edit the code it is made from, not this page. -->\n\n"
NOT_GIVEN = frozenset({Why.CAMPAIGN_PAUSED, Why.REPLY_GAP})
"""Reasons that stand in the closed list and that nothing gives yet."""

_ROWS = {("states", "*", key, "*") for key in ("reply", "event", "after")}

Row = Sequence[str]
Json = dict[str, Any]


def pages(commands: click.Group) -> dict[str, str]:
    """Every page by its file name. ``commands``: the command line, from the composition root."""
    return {
        "settings.md": settings_page(),
        "why-codes.md": why_page(),
        "flow-codes.md": codes_page(),
        "flow-words.md": words_page(),
        "metrics.md": metrics_page(),
        "stop-words.md": stop_words_page(),
        "commands.md": commands_page(commands),
        "flow.schema.json": schema(FlowShape, "askfirst flow"),
        "business.schema.json": schema(BusinessShape, "askfirst business.yaml"),
        **{f"codes/{name}": page for name, page in code_references().items()},
    }


def settings_page() -> str:
    """Every setting: how it is said, what may be said, its default."""
    about = (
        "Said by a flag (where a command has it), then by the environment, then in the settings file "
        "(`--config`, else `askfirst.yaml` in the data folder), then the default. `askfirst config explain NAME` says "
        "which one won. A secret is a reference: `env:NAME` or `file:PATH`.\n\n"
        "`language` is taken from `ASKFIRST_LANGUAGE` alone, and not from a file yet.\n\n"
    )
    rows = [
        (f"`{name}`", f"`{PREFIX}{name.upper()}`", _code(each.kind.form), _code(each.default or ""), each.en, each.zh)
        for name, each in DECLARED.items()
    ]
    return MADE + "# Settings\n\n" + about + _table(("name", "environment", "form", "default", "what", "说明"), rows)


def why_page() -> str:
    """The closed list of reasons."""
    about = (
        "One closed list: the same word in the API, the simulator, the metrics and here. A refused message is a stored "
        "row with one of these.\n\n"
    )
    rows = [(f"`{why}`", "" if why not in NOT_GIVEN else "not yet", each.en, each.zh) for why, each in MEANING.items()]
    return (
        MADE + "# Why a message does not leave\n\n" + about + _table(("code", "given", "what it means", "含义"), rows)
    )


def codes_page() -> str:
    """Every code that a file can be refused with today."""
    about = (
        "What `askfirst flow check` can say, with the cure. `{…}` is filled in. A problem prints as "
        "`file:line:column  CODE  sentence`, the line, a caret, the cure and its page, which has an example that is "
        "refused and one that is not.\n\n"
    )
    rows = [
        (_linked(name.partition(".")[0]), each.sentence.en, each.cure.en, each.sentence.zh, each.cure.zh)
        for name, each in CATALOGUE.items()
    ]
    heading = ("code", "what is wrong", "what to do", "问题", "办法")
    return MADE + "# Codes of flow and business files\n\n" + about + _table(heading, sorted(rows, key=lambda r: r[0]))


def _linked(code: str) -> str:
    return f"[`{code}`](codes/{code}.md)"


def words_page() -> str:
    """Every key of the two files."""
    about = (
        "`*` stands for a name that you choose. A word in **bold** must be there. For an editor: "
        "[flow.schema.json](flow.schema.json), [business.schema.json](business.schema.json).\n\n"
    )
    heading = ("key", "what may stand there", "what it does", "说明")
    flow = "## A flow: `flows/NAME.yaml`\n\n" + _table(heading, list(_keys(FLOW_SHAPES, FLOW)))
    business = "## The business: `business.yaml`\n\n" + _table(heading, list(_keys(BUSINESS_SHAPES, BUSINESS)))
    return MADE + "# Keys of the flow and business files\n\n" + about + flow + "\n" + business


def _keys(shapes: Iterable[tuple[Sequence[str], type[BaseModel]]], meanings: Mapping[str, Bilingual]) -> Iterator[Row]:
    done: set[str] = set()
    for path, shape in shapes:
        start = "row" if tuple(path) in _ROWS else ".".join(path)
        if start in done:
            continue
        done.add(start)
        described = _schema(shape)
        for key, field in zip(keys_of(shape), shape.model_fields.values(), strict=True):
            full = f"{start}.{key}" if start else key
            name = f"**`{full}`**" if field.is_required() else f"`{full}`"
            form = _form(described["properties"][key], described.get("$defs", {}))
            yield name, form, meanings[full].en, meanings[full].zh
        for extra in [m for m in meanings if m.rpartition(".")[0] == start and m.rpartition(".")[2].isupper()]:
            yield f"`{extra}`", "text", meanings[extra].en, meanings[extra].zh


def _form(found: Json, named: Json) -> str:
    """A property's schema in words."""
    if "$ref" in found:
        return _form(named[found["$ref"].rpartition("/")[2]], named)
    if "enum" in found:
        return " ".join(f"`{value}`" for value in found["enum"])
    if "anyOf" in found:
        kinds = dict.fromkeys(_form(each, named) for each in found["anyOf"] if each.get("type") != "null")
        return " or ".join(kinds)
    kind = found.get("type")
    if kind == "array":
        return "a list"
    if kind == "object":
        return "a block"
    return {"boolean": "`true` `false`", "integer": "number"}.get(str(kind), "text")


def metrics_page() -> str:
    """What ``/metrics`` shows."""
    rows = []
    for metric in vars_of(Metrics()):
        kind = "counter" if metric._type == "counter" else "gauge"  # no public way to its description
        name = metric._name + ("_total" if kind == "counter" else "")  # as above
        labels = " ".join(f"`{label}`" for label in metric._labelnames)  # as above
        rows.append((f"`{name}`", kind, labels, metric._documentation))  # as above
    about = (
        "At `/metrics`, in Prometheus' text format, beside the own `process_…` of the process. Labels are names of "
        "your configuration and codes of closed lists, never anything that a caller chose.\n\n"
    )
    return MADE + "# Metrics\n\n" + about + _table(("name", "type", "labels", "what"), sorted(rows))


def vars_of(metrics: Metrics) -> list[Any]:
    """The counters and gauges of a registry's owner."""
    held = [getattr(metrics, name) for name in Metrics.__slots__]
    return [each for each in held if hasattr(each, "_labelnames")]


def stop_words_page() -> str:
    """The shipped words, language by language."""
    about = (
        "A reply is read by exact words, never by a part of a sentence. A stop is looked for first, in every language, "
        "whatever the business speaks. Upper and lower case, full-width letters, blanks, dots and a leading 回复 or "
        "`reply` make no difference. A business adds words and can take none away.\n\n"
        "*local*: heard only if the business speaks the language. *letters*: stop words where the place is `CN`. "
        "*together*: stop words that may be written in a row. *yes* and *no* count only as the answer to a question "
        "that asks for them.\n\n"
    )
    return MADE + "# Shipped words\n\n" + about + "\n".join(_word_lists())


def _word_lists() -> Iterator[str]:
    for each in shipped_lists():
        parts = [(name, each.everywhere.get(name, ())) for name in SECTIONS]
        parts += [(f"{name} (local)", each.local.get(name, ())) for name in SECTIONS]
        parts += [("together", each.together), ("letters", each.letters)]
        rows = [(name, " · ".join(words)) for name, words in parts if words]
        yield f"## {each.language}\n\n" + _table(("section", "words"), rows)


def commands_page(commands: click.Group) -> str:
    """The command line, command by command."""
    about = (
        "`askfirst VERB` and `python3 run.py VERB` are the same. `run.py` has two verbs of its own: without any it is "
        "`serve`, and `test` runs the test suite. Exit codes: 0 ok, 1 findings, 2 usage, 3 unavailable.\n\n"
    )
    return MADE + "# Commands\n\n" + about + "\n".join(_described(commands, "askfirst"))


def _described(command: click.Command, name: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for word, inner in sorted(command.commands.items()):
            yield from _described(inner, f"{name} {word}")
        return
    arguments = " ".join(
        (each.human_readable_name if each.required else f"[{each.human_readable_name}]")
        + ("…" if each.nargs == -1 else "")
        for each in command.params
        if isinstance(each, click.Argument)
    )
    options = [_option(each) for each in command.params if isinstance(each, click.Option)]
    text = " ".join((command.help or "").split())
    shown = "\n" + _table(("option", "default", "what"), options) if options else ""
    yield f"## `{f'{name} {arguments}'.strip()}`\n\n{text}\n" + shown


def _option(option: click.Option) -> Row:
    names = " / ".join([*option.opts, *option.secondary_opts])
    kinds = option.type.choices if isinstance(option.type, click.Choice) else ()
    form = f" {'|'.join(map(str, kinds))}" if kinds else "" if option.is_flag else " TEXT"
    setting = DECLARED.get(option.name or "")
    if setting is not None:
        return f"`{names}{form}`", "", setting.en
    needed = "required" if option.required else ""
    default = _code(str(option.default)) if option.default and isinstance(option.default, str) else needed
    return f"`{names}{form}`", default, option.help or ""


class _AnyScalar(GenerateJsonSchema):
    """Types come from us, never from YAML: an editor that takes ``1`` for a number must not call it wrong."""

    def str_schema(self, schema: Any) -> Json:
        """Text, also where YAML would read a number or a truth value."""
        made = super().str_schema(schema)
        return {"type": ["string", "number", "boolean"]} if made == {"type": "string"} else made

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Titles that only repeat the name are left out."""
        return False


def schema(shape: type[BaseModel], title: str) -> str:
    """The JSON Schema of a file, for editors."""
    made = {"$schema": DIALECT, **_schema(shape, _AnyScalar), "title": title}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _schema(shape: type[BaseModel], generator: type[GenerateJsonSchema] = GenerateJsonSchema) -> Json:
    return shape.model_json_schema(schema_generator=generator)


def _table(heading: Row, rows: Sequence[Row]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join("| " + " | ".join(_cell(each) for each in line) + " |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def main() -> None:
    """Write every page."""
    # The composition root is run, as a command would be: nothing imports it.
    commands = runpy.run_module("bot.cli")["main"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages(commands).items():
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{FOLDER / name}\n")


if __name__ == "__main__":
    main()
