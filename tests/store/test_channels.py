"""An athlete's own ways out, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from coachd.crypto import Vault
from coachd.errors import StoreProblem
from coachd.store import athletes
from coachd.store import channels as own_channels
from coachd.store.channels import OwnChannel
from coachd.tables import channels

OPTIONS = {"url": "ntfy://s3cret-topic", "timeout": 5}


@pytest.fixture
def vault():
    return Vault(["a key that is long enough for anybody"])


@pytest.fixture
def phone(store, now, vault):
    """Robin's push channel, stored."""
    with store.begin() as db:
        for name in ("robin", "kay"):
            athletes.ensure(db, name, now)
        channel = OwnChannel("robin", "phone", "apprise", shared=False, confirmed_at=None, created_at=now)
        own_channels.add(db, vault, channel, OPTIONS)
    return channel


def test_a_channel_is_kept_with_its_options(store, phone, vault):
    with store.read() as db:
        assert own_channels.get(db, "robin", "phone") == phone
        assert own_channels.options(db, vault, "robin", "phone") == OPTIONS
        assert own_channels.of_athlete(db, "robin") == [phone]


def test_the_options_are_not_readable_in_the_database(store, phone):
    with store.read() as db:
        sealed = db.scalar(select(channels.c.options))
    assert b"s3cret" not in sealed


def test_another_key_does_not_open_them_but_the_channel_is_still_listed(store, phone):
    other = Vault(["another key that is long enough for all"])
    with store.read() as db:
        assert own_channels.of_athlete(db, "robin") == [phone]
        with pytest.raises(StoreProblem):
            own_channels.options(db, other, "robin", "phone")


def test_channels_are_their_owners(store, phone, vault):
    with store.begin() as db:
        assert own_channels.of_athlete(db, "kay") == []
        assert own_channels.options(db, vault, "kay", "phone") is None
        assert not own_channels.remove(db, "kay", "phone")


def test_a_shared_one_is_in_use_once_confirmed(store, phone, vault, now):
    club = replace(phone, name="club", shared=True)
    with store.begin() as db:
        own_channels.add(db, vault, club, OPTIONS)
        assert not own_channels.get(db, "robin", "club").in_use
        own_channels.confirm(db, "robin", "club", now)
        assert own_channels.get(db, "robin", "club").in_use
        assert own_channels.get(db, "robin", "phone").in_use


def test_what_is_removed_is_gone_with_its_secrets(store, phone):
    with store.begin() as db:
        assert own_channels.remove(db, "robin", "phone")
        assert db.execute(select(channels)).all() == []


def test_the_outbox_knows_it_as_ones_own(phone):
    assert phone.outbox_name == "own:phone"
