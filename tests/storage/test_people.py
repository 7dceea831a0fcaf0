"""Finding and making people by any of their identifiers, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.people import Arrival, Identifier, resolve
from tests.fixtures.engines import Play, Shop

BUSINESS = "bookshop"


def arrival(shop: Shop, *names: str, business: str = BUSINESS) -> Arrival:
    """An event that named these identifiers: ``+1`` a number, ``w1`` a WhatsApp id, ``CN.x`` a scoped one."""
    schemes = {"+": "e164", "w": "wa_id", "C": "bsuid"}
    return Arrival(
        tuple(
            Identifier(
                business,
                schemes[name[0]],
                name.removeprefix("w"),
                shop.vault.address_hash(business, schemes[name[0]], name.removeprefix("w")),
            )
            for name in names
        )
    )


async def arrive(shop: Shop, *arrivals: Arrival) -> list[str]:
    """Resolve these in one transaction; who they are."""
    async with shop.database.write() as tx:
        await resolve(tx, shop.vault, list(arrivals), shop.clock.micros())
    return [one.person for one in arrivals]


async def test_the_same_identifier_is_the_same_person_and_another_business_is_another(shop: Shop) -> None:
    """In one batch and in the next; a WhatsApp id and a number with the same digits are one address."""
    first, again, other = await arrive(
        shop, arrival(shop, "+8613800000001"), arrival(shop, "w8613800000001"), arrival(shop, "+8613800000002")
    )
    assert first == again != other
    assert await arrive(shop, arrival(shop, "+8613800000001")) == [first]
    assert await arrive(shop, arrival(shop, "+8613800000001", business="elsewhere")) != [first]


async def test_identifiers_named_together_become_one_person(shop: Shop) -> None:
    """What comes with a known identifier is learned; a person without any number is one too."""
    [person] = await arrive(shop, arrival(shop, "CN.abc"))
    assert await arrive(shop, arrival(shop, "CN.abc", "+8613800000001")) == [person]
    assert await arrive(shop, arrival(shop, "+8613800000001")) == [person]


async def test_two_known_people_named_together_stay_two_and_both_are_named(shop: Shop) -> None:
    """The first identifier says who it is; a stop of the event counts for the others as well."""
    one, two = await arrive(shop, arrival(shop, "+1111111"), arrival(shop, "CN.two"))
    both = arrival(shop, "+1111111", "CN.two")
    assert await arrive(shop, both) == [one]
    assert both.others == (two,)


async def test_two_processes_that_meet_a_new_number_agree(shop: Shop) -> None:
    """Many transactions at once, the same new numbers in another order each: one person to a number."""
    names = [f"+8613800000{n:03}" for n in range(12)]
    found = await asyncio.gather(
        *(arrive(shop, *(arrival(shop, name) for name in (names if n % 2 else names[::-1]))) for n in range(6))
    )
    people = [dict(zip(names if n % 2 else names[::-1], one, strict=True)) for n, one in enumerate(found)]
    assert all(one == people[0] for one in people)
    assert len(set(people[0].values())) == len(names)
    assert await shop.rows("SELECT count(*) FROM people") == [(len(names),)]


async def test_a_stop_reaches_an_identifier_that_is_learned_later(shop: Shop) -> None:
    """In the transaction that learns it."""
    await shop.accept(shop.message("STOP", "+8613800000001"))
    [person] = await arrive(shop, arrival(shop, "+8613800000001", "CN.late"))
    hashes = await shop.rows("SELECT count(*) FROM suppressions WHERE person = :p AND lifted_at IS NULL", p=person)
    assert hashes == [(2,)]


names = st.sampled_from(["+1000001", "w1000001", "+1000002", "CN.a", "CN.b", "w1000003"])
batches = st.lists(st.lists(st.lists(names, min_size=1, max_size=3), min_size=1, max_size=4), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(batches=batches)
def test_every_identifier_has_one_person_at_a_time(on_sqlite: Play, batches: list[list[list[str]]]) -> None:
    """Whatever is named together in whatever order: each has exactly one owner, whose key opens what was stored, and
    whoever an identifier was first known as, it stays."""

    async def example(shop: Shop) -> None:
        owner: dict[str, str] = {}
        for batch in batches:
            arrivals = [arrival(shop, *dict.fromkeys(named)) for named in batch]
            found = await arrive(shop, *arrivals)
            for one, person in zip(arrivals, found, strict=True):
                _check(owner, one.identifiers, person)
        current = await shop.rows("SELECT hash, person FROM aliases WHERE until_at IS NULL")
        assert dict(current) == owner
        assert len(current) == len(owner)

    on_sqlite(example)


def _check(owner: dict[str, str], identifiers: Sequence[Identifier], person: str) -> None:
    known = [owner[one.hash] for one in identifiers if one.hash in owner]
    assert person == (known[0] if known else person)
    for one in identifiers:
        owner.setdefault(one.hash, person)
