"""The unguessable part of each hook's path: the business's own, else one made once and kept."""

from __future__ import annotations

from collections.abc import Mapping

from config.business_types import Business
from storage import switches
from storage.clock import Clock
from storage.database import Database
from storage.vault import Vault


async def tokens_of(
    businesses: Mapping[str, Business], database: Database, vault: Vault, clock: Clock
) -> dict[tuple[str, str], str]:
    """(business, channel) to token, for every channel of every business."""
    wanted = [(b.name, c.name, c.token) for b in businesses.values() for c in b.channels.values()]
    made = [
        (business, switches.HOOK_TOKEN + channel, vault.random(16).hex(), "askfirst", "made", clock.micros())
        for business, channel, given in wanted
        if given is None
    ]
    names = sorted({switches.HOOK_TOKEN + channel for _, channel, _ in wanted})
    async with database.write() as tx:
        tx.write(switches.PUT_NEW, made)
        rows = await tx.fetch(switches.OF_NAMES, businesses=list(businesses), names=names)
    kept = {(business, name.removeprefix(switches.HOOK_TOKEN)): value for business, name, value in rows}
    return {(business, channel): given or kept[business, channel] for business, channel, given in wanted}
