"""What business.yaml may say of a provider is what its adapter takes: neither knows the other, so a test compares."""

from __future__ import annotations

import pytest

from bot.channels import open as opening
from config.providers import PROVIDERS


def test_the_file_and_the_adapters_know_the_same_providers() -> None:
    assert set(PROVIDERS) == set(opening.PROVIDERS)


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_a_provider_needs_and_takes_what_its_adapter_does(name: str) -> None:
    """The previous secret too: without it a carrier's token could not be changed without losing webhooks."""
    said, taken = PROVIDERS[name], opening.PROVIDERS[name]
    assert (set(said.needs), set(said.takes)) == (set(taken.required), set(taken.optional))
