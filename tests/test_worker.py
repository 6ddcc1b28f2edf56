from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from imported_files import run_of
from processes import eventually
from pydantic import SecretStr

from coachd import pipeline, worker
from coachd.clock import SystemClock
from coachd.coach import Coach
from coachd.errors import AlreadyRunning, OperatorNeeded, TryLater
from coachd.importing import Progress
from coachd.store import activities, shared
from coachd.store.recordings import Counts
from coachd.store.shared import Heartbeat
from coachd.sync import Step
from coachd.worker import LATE, STOPPED, Daemon

NOON = datetime(2025, 10, 20, 12, tzinfo=UTC)
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@pytest.fixture
def coach(open_coach):
    return open_coach(NOON)


@pytest.fixture
def rings(monkeypatch) -> dict[str, list[int]]:
    """The daemon's jobs, with nothing to do but to count how often they are rung for, in no time."""
    counted: dict[str, list[int]] = {"sync_due": [], "tick": []}
    monkeypatch.setattr(pipeline, "sync_due", lambda *_: counted["sync_due"].append(1))
    monkeypatch.setattr(pipeline, "tick", lambda *_, **__: counted["tick"].append(1))
    monkeypatch.setattr(worker, "TICK", timedelta(seconds=0.05))
    monkeypatch.setattr(worker, "PULSE_S", 0.02)
    return counted


@pytest.fixture
def manager(tmp_path, monkeypatch) -> Iterator[socket.socket]:
    """A service manager that listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listening


@contextmanager
def running(coach: Coach) -> Iterator[Daemon]:
    daemon = Daemon(coach)
    thread = threading.Thread(target=daemon.run)
    thread.start()
    try:
        yield daemon
    finally:
        daemon.stop()
        thread.join(30)
        assert not thread.is_alive()


def sign(coach: Coach) -> Heartbeat | None:
    with coach.store.read() as db:
        return shared.heartbeat(db, "run")


def raising(problem: Exception) -> Callable[..., None]:
    def job(*_arguments: object) -> None:
        raise problem

    return job


class TestAlive:
    def test_without_a_sign_nothing_is_known_to_live(self):
        assert not worker.alive(None, NOON)

    @pytest.mark.parametrize(
        ("age", "expected"), [(timedelta(0), True), (LATE - timedelta(seconds=1), True), (LATE, False)]
    )
    def test_a_sign_counts_until_it_is_late(self, age, expected):
        assert worker.alive(Heartbeat(NOON - age, NOON, 1, "tick"), NOON) is expected

    def test_one_that_said_goodbye_is_gone_at_once(self):
        assert not worker.alive(Heartbeat(NOON, NOON, 1, STOPPED), NOON)


def test_signals_are_heard_by_the_daemon_while_it_lives_and_by_others_as_before_it(coach, monkeypatch):
    before = [signal.getsignal(number) for number in SIGNALS]

    def told_to_end(daemon):
        signal.raise_signal(signal.SIGINT)
        assert daemon._stop.is_set()
        return True

    monkeypatch.setattr(Daemon, "run", told_to_end)
    assert worker.run(coach)
    assert [signal.getsignal(number) for number in SIGNALS] == before


class TestAlone:
    def test_a_second_holder_is_told_who_the_first_is(self, tmp_path):
        refused = pytest.raises(AlreadyRunning, match=rf"\(process {os.getpid()}\)")
        with worker.alone(tmp_path), refused as told, worker.alone(tmp_path):
            pytest.fail("two hold one folder")
        assert "--state" in told.value.advice

    def test_it_is_free_again_afterwards(self, tmp_path):
        with worker.alone(tmp_path):
            pass
        with worker.alone(tmp_path):
            pass

    def test_what_a_dead_process_left_does_not_matter(self, tmp_path):
        (tmp_path / worker.LOCK_FILE).write_text("1234567890\n")
        with worker.alone(tmp_path):
            assert (tmp_path / worker.LOCK_FILE).read_text() == f"{os.getpid()}\n"


class TestJobs:
    def test_both_are_rung_for_at_once_and_the_tick_again_and_again(self, coach, rings):
        with running(coach):
            eventually(lambda: len(rings["tick"]) >= 3, "three rings")
        assert rings["sync_due"] == [1]

    def test_a_ring_that_had_to_wait_for_a_long_look_is_not_lost(self, coach, rings, monkeypatch):
        done = threading.Event()
        monkeypatch.setattr(worker, "TICK", timedelta(hours=1))
        monkeypatch.setattr(pipeline, "sync_due", lambda *_: done.wait(30))
        begun = SystemClock().now()
        with running(coach):
            eventually(lambda: SystemClock().now() - begun > timedelta(seconds=2.5), "the tick to be late")
            assert rings["tick"] == []
            done.set()
            eventually(lambda: rings["tick"], "the late tick")

    @pytest.mark.parametrize(
        ("problem", "detail"),
        [
            (RuntimeError("boo"), "look failed; see the log"),
            (OperatorNeeded("The application is inactive."), "look failed: The application is inactive."),
        ],
    )
    def test_one_that_fails_does_not_stop_the_other_and_says_so(
        self, coach, rings, monkeypatch, caplog, problem, detail
    ):
        seen: list[str] = []
        beat = Daemon._beat
        monkeypatch.setattr(Daemon, "_beat", lambda self, words: (seen.append(words), beat(self, words)))
        monkeypatch.setattr(pipeline, "sync_due", raising(problem))
        with running(coach):
            eventually(lambda: len(rings["tick"]) >= 2, "the other job")
        assert detail in seen
        assert "tick" in seen
        assert "look: " in caplog.text

    def test_one_that_fails_is_rung_for_again(self, coach, rings, monkeypatch, caplog):
        tries: list[int] = []

        def tick(*_arguments: object, **_more: object) -> None:
            tries.append(1)
            if len(tries) == 1:
                raise RuntimeError("boo")

        monkeypatch.setattr(pipeline, "tick", tick)
        with running(coach):
            eventually(lambda: len(tries) >= 3, "another ring")
        assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == ["tick: a surprise"]

    def test_between_two_pages_a_sign_is_given(self, coach):
        Daemon(coach)._told(Step("backfill", 2, 400, NOON, Counts()))
        assert sign(coach).detail == "backfill: 400 activities"

    def test_a_long_listing_is_left_between_two_pages_when_it_is_to_end(self, coach):
        daemon = Daemon(coach)
        daemon.stop()
        with pytest.raises(TryLater) as left:
            daemon._told(Step("backfill", 2, 400, NOON, Counts()))
        assert (left.value.until, left.value.state) == (NOON, "ending")

    def test_a_job_that_hangs_is_left_behind(self, coach, rings, monkeypatch):
        hanging, over = threading.Event(), threading.Event()

        def hang(*_arguments: object) -> None:
            hanging.set()
            over.wait(60)

        monkeypatch.setattr(pipeline, "sync_due", hang)
        monkeypatch.setattr(worker, "GRACE_S", 0.1)
        daemon, ended = Daemon(coach), []
        thread = threading.Thread(target=lambda: ended.append(daemon.run()))
        thread.start()
        assert hanging.wait(30)
        daemon.stop()
        thread.join(30)
        assert ended == [False]
        assert sign(coach).detail == STOPPED
        over.set()


class TestSigns:
    def test_the_end_is_written_down(self, coach, rings):
        with running(coach):
            eventually(lambda: rings["tick"], "a ring")
        last = sign(coach)
        assert (last.detail, last.pid, last.started_at) == (STOPPED, os.getpid(), NOON)

    def test_the_service_manager_hears_of_start_life_and_end(self, coach, rings, manager):
        with running(coach):
            assert manager.recv(100) == b"READY=1"
            assert manager.recv(100) == b"WATCHDOG=1"
        told = manager.recv(100)
        while told == b"WATCHDOG=1":
            told = manager.recv(100)
        assert told == b"STOPPING=1"

    def test_no_life_is_feigned_when_the_jobs_give_none(self, coach, manager):
        daemon = Daemon(coach)
        daemon._watchdog()
        assert manager.recv(100) == b"WATCHDOG=1"
        coach.clock.advance(LATE)
        daemon._watchdog()
        manager.setblocking(False)
        with pytest.raises(BlockingIOError):
            manager.recv(100)

    def test_without_a_service_manager_nothing_is_said(self, monkeypatch, caplog):
        monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
        worker.notify("READY=1")
        assert caplog.text == ""

    def test_one_that_does_not_listen_is_no_reason_to_fail(self, monkeypatch, tmp_path, caplog):
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
        worker.notify("READY=1")
        assert "the service manager cannot be told READY=1" in caplog.text

    def test_an_abstract_address_is_understood(self, monkeypatch):
        name = f"coachd-test-{os.getpid()}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
            listening.bind(f"\0{name}")
            listening.settimeout(30)
            monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
            worker.notify("READY=1")
            assert listening.recv(100) == b"READY=1"


class _Listener(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append(self.path)
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *_words):
        pass


@pytest.fixture
def listener() -> Iterator[HTTPServer]:
    """A service that notices when calls end, and answers as it is told."""
    with HTTPServer(("127.0.0.1", 0), _Listener) as server:
        server.seen, server.answer = [], 200
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join(30)


def address(server: HTTPServer) -> SecretStr:
    return SecretStr(f"http://127.0.0.1:{server.server_address[1]}/0a1b-secret")


class TestPing:
    def test_each_good_tick_is_told(self, coach, rings, listener):
        coach.settings = coach.settings.model_copy(update={"ping_url": address(listener)})
        with running(coach):
            eventually(lambda: len(listener.seen) >= 2, "two pings")
        assert set(listener.seen) == {"/0a1b-secret"}

    def test_a_tick_that_fails_is_not(self, coach, rings, listener, monkeypatch, caplog):
        coach.settings = coach.settings.model_copy(update={"ping_url": address(listener)})
        monkeypatch.setattr(pipeline, "tick", lambda *_, **__: 1 / 0)
        with running(coach):
            eventually(lambda: caplog.text.count("tick: a surprise") >= 2, "two ticks")
        assert listener.seen == []

    def test_a_service_that_is_down_is_logged_without_its_address(self, listener, caplog):
        caplog.set_level(logging.DEBUG, "coachd")
        listener.answer = 503
        worker.ping(address(listener))
        worker.ping(SecretStr("http://127.0.0.1:1/0a1b-secret"))
        worker.ping(SecretStr("nonsense 0a1b-secret"))
        said = [record.getMessage() for record in caplog.records if record.name == "coachd"]
        assert [words.split(":")[0] for words in said] == [
            "the ping was answered with HTTP 503", "the ping did not arrive", "the ping did not arrive",
        ]  # fmt: skip
        assert "0a1b" not in "".join(said)

    def test_without_an_address_nobody_is_called(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "requests", None)
        worker.ping(None)


def test_files_come_in_with_the_ticks_and_leave_a_sign_of_life(open_coach, tmp_path, rings):
    folder = tmp_path / "watched"
    folder.mkdir()
    (folder / "run.fit").write_bytes(run_of(0))
    coach = open_coach(NOON, WATCH_DIR=str(folder))
    coach.athlete("me")
    with running(coach):
        eventually(lambda: count_of(coach) == 1, "the run in the folder")
    daemon = Daemon(coach)
    daemon._read(Progress(3, 7))
    with coach.store.read() as db:
        assert shared.heartbeat(db, "run").detail == "files: 3 of 7"
    daemon.stop()
    with pytest.raises(TryLater, match="the files are read at the next start"):
        daemon._read(Progress(4, 7))


def count_of(coach: Coach) -> int:
    with coach.store.read() as db:
        return activities.total(db, "me")
