"""Providers for the tests of this room."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.payments.providers.playground import KEYS, Ear, Playground, free_port, start


@pytest.fixture(scope="session")
def _simulators() -> Iterator[tuple[Playground, Ear]]:
    ear = Ear([])
    port, own = free_port(), f"http://127.0.0.1:{ear.server_address[1]}"
    accounts = {name: [{**keys, "hook_url": f"{own}/hooks/{name}/"}] for name, keys in KEYS.items()}
    process = start(port, accounts)
    yield Playground(f"http://127.0.0.1:{port}", own), ear
    process.kill()
    process.wait()
    ear.shutdown()
    ear.server_close()


@pytest.fixture
def playground(
    _simulators: tuple[Playground, Ear],
) -> Iterator[Playground]:
    """Simulated providers; this house is where their webhooks go."""
    shared, ear = _simulators
    ear.heard = []
    with override_settings(BASE_URL=shared.ear):
        yield Playground(shared.url, shared.ear, ear.heard)
