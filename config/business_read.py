"""The text of business.yaml to what a business decides, or every reason why it does not say. Reads no other file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from config.business_shape import EVERY_LANGUAGE, INNER, BusinessShape, ChannelShape, PurposeShape, TemplateShape
from config.business_signatures import signature_problems
from config.business_types import ChannelConfig, Limits, Purpose, TemplateConfig, Words
from config.providers import PROVIDERS, SENDERS, medium_of
from flows.complaints import complaints, keys_of, unknown_key
from flows.document import Document, read_document
from flows.places import Path, Places
from flows.problems import Problem, in_reading_order, problem
from flows.spec import Localised


@dataclass(frozen=True, slots=True)
class Decisions:
    """Everything that business.yaml says."""

    shape: BusinessShape
    brand: Localised
    contact: str
    languages: tuple[str, ...]
    place: str | None
    words: Words
    purposes: Mapping[str, Purpose]
    channels: Mapping[str, ChannelConfig]
    templates: Mapping[str, TemplateConfig]
    limits: Limits


def read_business(source: str, file: str) -> tuple[Decisions | None, list[Problem]]:
    """What business.yaml decides and what is wrong with it; nothing is decided while anything is wrong."""
    document, problems = read_document(source, file)
    if document is None:
        return None, problems
    shape: BusinessShape | None = None
    try:
        shape = BusinessShape.model_validate(document.root)
    except ValidationError as error:
        found = complaints(error.errors(include_url=False), file, document.places, INNER)
        problems += [each for _, each in found]
    problems += [*_channel_problems(document, file)]
    if shape is not None:
        problems += _missing_languages(shape, file, document.places)
    if shape is None or problems:
        return None, in_reading_order(problems)
    decided = _decisions(shape)
    unsigned = [*signature_problems(decided.place, decided.languages, decided.channels, file, document.places)]
    return (None if unsigned else decided), in_reading_order(unsigned)


def _channel_problems(document: Document, file: str) -> Iterator[Problem]:
    """What is wrong with each channel that could be read, by what its provider asks for."""
    channels = document.root.get("channels")
    for name, root in channels.items() if isinstance(channels, dict) else ():
        path = ("channels", name)
        if document.places.hurt(*path):
            continue
        try:
            shape = ChannelShape.model_validate(root)
        except ValidationError:
            # Reported with the whole file; what its provider asks for is asked once the channel can be read.
            continue
        yield from _provider_problems(shape, path, file, document.places)


def _provider_problems(shape: ChannelShape, path: Path, file: str, places: Places) -> Iterator[Problem]:
    provider = PROVIDERS.get(shape.provider)
    if provider is None:
        place, known = places.value(*path, "provider"), ", ".join(PROVIDERS)
        yield problem("E103.choice", file, place, value=shape.provider, allowed=known)
        return
    given = shape.__pydantic_extra__
    known_keys = [*keys_of(ChannelShape), *provider.needs, *provider.takes]
    strangers = [key for key in given if key not in known_keys]
    for key in strangers:
        yield unknown_key((*path, key), known_keys, file, places)
    missing = [key for key in provider.needs if key not in given]
    if not shape.sender and SENDERS.get(shape.provider) not in given:
        missing.append("sender")
    if missing and not strangers:
        found = {"channel": path[-1], "provider": shape.provider, "missing": ", ".join(missing)}
        yield problem("E103.credentials", file, places.key(*path), **found)


def _missing_languages(shape: BusinessShape, file: str, places: Places) -> list[Problem]:
    wordings = {("brand",): shape.brand} | {
        ("purposes", name, "title"): purpose.title for name, purpose in shape.purposes.items()
    }
    return [
        problem("E401.business", file, places.key(*path), name=".".join(path), language=language)
        for path, wording in wordings.items()
        for language in shape.languages
        if language not in wording and EVERY_LANGUAGE not in wording
    ]


def _decisions(shape: BusinessShape) -> Decisions:
    languages = shape.languages
    return Decisions(
        shape=shape,
        brand=_in_each(shape.brand, languages),
        contact=shape.contact,
        languages=tuple(languages),
        place=shape.place,
        words=Words(tuple(shape.words.stop), tuple(shape.words.help), tuple(shape.words.start)),
        purposes={name: _purpose(name, each, languages) for name, each in shape.purposes.items()},
        channels={name: _channel(name, each, languages) for name, each in shape.channels.items()},
        templates={name: _template(name, each, languages) for name, each in shape.templates.items()},
        limits=Limits(tuple(shape.limits.person), tuple(shape.limits.business)),
    )


def _in_each(wording: Mapping[str, str], languages: list[str]) -> Localised:
    """A wording by language; one that was written once serves every language that has none of its own."""
    written = {language: text for language, text in wording.items() if language != EVERY_LANGUAGE}
    if EVERY_LANGUAGE not in wording:
        return written
    return dict.fromkeys(languages, wording[EVERY_LANGUAGE]) | written


def _purpose(name: str, shape: PurposeShape, languages: list[str]) -> Purpose:
    return Purpose(name, _in_each(shape.title, languages), shape.cap, shape.lasts, shape.commercial)


def _channel(name: str, shape: ChannelShape, languages: list[str]) -> ChannelConfig:
    credentials = dict(shape.__pydantic_extra__)
    sender = shape.sender or credentials[SENDERS[shape.provider]]
    return ChannelConfig(
        name=name,
        provider=shape.provider,
        medium=shape.medium or medium_of(name, shape.provider, sender),
        sender=sender,
        base_url=shape.base_url,
        public_url=shape.public_url,
        token=shape.token,
        signature=_in_each(shape.signature, languages),
        credentials=credentials,
        rate=shape.rate,
    )


def _template(name: str, shape: TemplateShape, languages: list[str]) -> TemplateConfig:
    return TemplateConfig(
        name=name,
        provider_id=shape.provider_id,
        languages=_our_tags(shape.languages, languages),
        category=shape.category,
        approval=shape.approval,
        parameters=tuple(shape.parameters) if shape.parameters is not None else None,
    )


def _our_tags(theirs: Mapping[str, str], languages: list[str]) -> dict[str, str]:
    """A provider's ``en_US`` serves our ``en`` when the business has no ``en-US`` of its own."""
    ours: dict[str, str] = {}
    for tag, provider_tag in theirs.items():
        same = [language for language in languages if language == tag]
        alike = [language for language in languages if language.split("-")[0] == tag.split("-")[0]]
        for language in same or alike or [tag]:
            ours.setdefault(language, provider_tag)
    return ours
