"""A real mail server for the tests that ask for one; opt-in with --real-mail (`make test-mail`)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from mail import real


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[real.RealMail]:
    """A running mail server and mailbox of its own for each file of tests."""
    if not request.config.getoption("--real-mail"):
        pytest.skip("asked for with --real-mail")
    if missing := real.missing():
        pytest.fail(missing)
    # Not a folder of pytest's: what lies above those is closed to the users that the servers run as.
    with tempfile.TemporaryDirectory(prefix="coachd-mail-") as folder, real.running(Path(folder)) as running:
        yield running
