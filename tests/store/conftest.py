"""An athlete in the store."""

from __future__ import annotations

import pytest

from coachd.crypto import Vault
from coachd.store import athletes


@pytest.fixture
def robin(store, now) -> str:
    """The name of an athlete who is in the store."""
    with store.begin() as db:
        athletes.ensure(db, "robin", now)
    return "robin"


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault(["k" * 32])
