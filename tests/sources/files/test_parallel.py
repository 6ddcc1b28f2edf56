from zoneinfo import ZoneInfo

import pytest
from activity_files import run_file
from deadly_reader import DEADLY, deadly_read

from coachd.sources.files import activity_files, parallel
from coachd.sources.files.activity_files import File, Reader

READER = Reader(ZoneInfo("UTC"))


def file(content, name="run.fit"):
    return File(name, len(content), content, activity_files.digest(content))


def outcomes(files, processes=2):
    return {found.name: found.outcome for found in parallel.read_all(iter(files), READER, processes)}


def test_files_are_read_beside_this_process_as_in_it():
    files = [file(run_file(total_distance=metres), f"{metres}.fit") for metres in range(1800, 1806)] + [file(b"no")]
    beside = {each.digest: each for each in parallel.read_all(iter(files), READER, 2)}
    here = {each.digest: each for each in parallel.read_all(iter(files), READER, 0)}
    assert beside == here
    assert len(here) == 7


def test_without_files_no_process_is_begun(monkeypatch):
    monkeypatch.setattr(parallel, "_pool", lambda _: pytest.fail("begun"))
    assert outcomes([]) == {}


def test_a_file_that_ends_its_process_is_broken_and_the_others_are_read(monkeypatch):
    monkeypatch.setattr(parallel, "read", deadly_read)
    good = [file(b"good %d" % number, f"{number}.fit") for number in range(9)]
    found = outcomes([*good[:4], file(DEADLY, "deadly.fit"), *good[4:]])
    assert found.pop("deadly.fit") == "broken"
    assert found == {each.name: "read" for each in good}


def test_no_more_is_taken_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(parallel, "MOST_WAITING_BYTES", 100)
    taken = []

    def files():
        for number in range(6):
            taken.append(number)
            yield file(b"%d" % number * 60, f"{number}.fit")

    reading = parallel.read_all(files(), READER, 2)
    next(reading)
    assert len(taken) <= 3
    assert len(list(reading)) == 5


def test_whoever_stops_asking_ends_the_processes():
    reading = parallel.read_all((file(run_file(), f"{number}.fit") for number in range(50)), READER, 1)
    next(reading)
    reading.close()
    assert list(reading) == []


def test_there_is_a_core():
    assert parallel.cores() >= 1
