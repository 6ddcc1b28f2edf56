"""The daemon: a clock that rings three dumb jobs. Everything they know is in the store.

    tick           every minute: digests that are due, what is worth a word today, the outbox, what is wrong
    look           every POLL_MINUTES: sources that are worth a look
    housekeeping   once a day

APScheduler keeps no state of ours. One worker thread runs the jobs one after the other, so nothing here needs locks.
"""

from __future__ import annotations

import fcntl
import gc
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

from pydantic import SecretStr

from coachd import pipeline
from coachd.clock import SystemClock
from coachd.coach import Coach
from coachd.config import notify_socket
from coachd.errors import AlreadyRunning, CoachdError, TryLater
from coachd.importing import Progress
from coachd.store import shared
from coachd.store.shared import Heartbeat
from coachd.sync import Step
from coachd.watching import Watch

log = logging.getLogger("coachd")

TICK = timedelta(seconds=60)
LATE = timedelta(minutes=5)
"""A heartbeat older than this means that the daemon hangs or is gone."""

STOPPED = "stopped"
PULSE_S = 10.0
GRACE_S = 8.0
LOCK_FILE = "run.lock"
PING_TIMEOUT_S = 10.0


@contextmanager
def alone(state: Path) -> Iterator[None]:
    """Hold the state folder. Raises AlreadyRunning when another process does; the kernel frees it when one dies."""
    with (state / LOCK_FILE).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            pid = lock.read().strip() or "unknown"
            raise AlreadyRunning(
                f"coachd runs already for {state} (process {pid}).",
                "Stop it first (`systemctl stop coachd`), or name another folder with --state.",
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def alive(sign: Heartbeat | None, now: datetime) -> bool:
    """Whether the daemon that left this sign of life is there and not stuck."""
    return sign is not None and sign.detail != STOPPED and now - sign.at < LATE


class Daemon:
    """The running daemon. `run` returns after `stop`, with whatever was under way finished or safely cut off."""

    def __init__(self, coach: Coach) -> None:
        self._coach = coach
        self._stop = threading.Event()
        self._reload = threading.Event()
        self._started_at = coach.clock.now()
        self._beat_at = self._started_at
        self._watch = Watch()

    def stop(self) -> None:
        self._stop.set()

    def reload(self) -> None:
        """Have the rule files read again at the next tick, also if none was changed."""
        self._reload.set()

    def run(self) -> bool:
        """Ring the jobs until stopped. False when a job did not end in time and has to be left behind."""
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(1)},
            # A late ring is still a ring: the default drops one that is a second late.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        minutes = self._coach.settings.poll_minutes
        # APScheduler rings by the machine's clock; the coach's own may be another one, as in the demo.
        now = SystemClock().now()
        scheduler.add_job(self._look, "interval", minutes=minutes, jitter=60, next_run_time=now, id="look")
        scheduler.add_job(
            self._tick, "interval", seconds=TICK.total_seconds(), next_run_time=now + timedelta(seconds=1), id="tick"
        )
        scheduler.add_job(self._housekeep, "interval", days=1, next_run_time=now + timedelta(minutes=5), id="house")
        # What is loaded by now stays: the collector need not walk through it again during every long listing.
        gc.freeze()
        self._beat("started")
        scheduler.start()
        notify("READY=1")
        log.info("coachd runs: a look at the sources every %d minutes", minutes)
        while not self._stop.wait(PULSE_S):
            self._watchdog()
            if self._reload.is_set():
                scheduler.get_job("tick").modify(next_run_time=SystemClock().now())
        finished = self._shut_down(scheduler)
        self._beat(STOPPED)
        return finished

    def _shut_down(self, scheduler: object) -> bool:
        notify("STOPPING=1")
        log.info("coachd ends")
        scheduler.pause()  # type: ignore[attr-defined]  # APScheduler has no types
        ending = threading.Thread(target=scheduler.shutdown, kwargs={"wait": True}, daemon=True)  # type: ignore[attr-defined]
        ending.start()
        ending.join(GRACE_S)
        return not ending.is_alive()

    def _watchdog(self) -> None:
        # A sign of life is given only while the jobs give theirs: a clock that rings for nobody proves nothing.
        if self._coach.clock.now() - self._beat_at < LATE:
            notify("WATCHDOG=1")

    def _beat(self, detail: str) -> None:
        now = self._coach.clock.now()
        with self._coach.store.begin() as db:
            shared.beat(db, "run", Heartbeat(now, self._started_at, os.getpid(), detail))
        self._beat_at = now

    def _look(self) -> None:
        self._guarded("look", lambda: pipeline.sync_due(self._coach, self._told))

    def _tick(self) -> None:
        asked = self._reload.is_set()
        self._reload.clear()

        def job() -> None:
            pipeline.read_folder(self._coach, self._watch, self._read)
            pipeline.tick(self._coach, self._told, reload=asked)
            ping(self._coach.settings.ping_url)

        self._guarded("tick", job)

    def _housekeep(self) -> None:
        self._guarded("housekeeping", lambda: pipeline.housekeeping(self._coach))

    def _told(self, step: Step) -> None:
        """Between two pages: a sign of life, and the place where a long listing can be left."""
        self._beat(f"{step.kind}: {step.seen} activities")
        self._end_here("the listing goes on at the next start")

    def _read(self, progress: Progress) -> None:
        """The same between two files."""
        self._beat(f"files: {progress.done} of {progress.total}")
        self._end_here("the files are read at the next start")

    def _end_here(self, then: str) -> None:
        if self._stop.is_set():
            raise TryLater(f"coachd ends; {then}.", self._coach.clock.now(), state="ending")

    def _guarded(self, name: str, job: Callable[[], object]) -> None:
        """Run a job. What goes wrong is logged and tried at the next ring; the heartbeat says what happened."""
        if self._stop.is_set():
            return
        try:
            job()
        except CoachdError as problem:
            log.warning("%s: %s %s", name, problem, problem.advice)
            self._beat(f"{name} failed: {problem}")
        except Exception:  # the edge of the daemon: a surprise in one job must not silence the others
            log.exception("%s: a surprise", name)
            self._beat(f"{name} failed; see the log")
        else:
            self._beat(name)


def run(coach: Coach) -> bool:
    """Be the daemon until SIGTERM or SIGINT; SIGHUP reads the rule files again.

    Raises AlreadyRunning. False as for `Daemon.run`.
    """
    with alone(coach.settings.coachd_state_dir):
        daemon = Daemon(coach)

        def asked(number: int, _frame: FrameType | None) -> None:
            daemon.reload() if number == signal.SIGHUP else daemon.stop()

        before = {number: signal.signal(number, asked) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
        try:
            return daemon.run()
        finally:
            # What goes on in this process after the daemon can be stopped as before it.
            for number, handler in before.items():
                signal.signal(number, handler)


def ping(url: SecretStr | None) -> None:
    """Tell a service that notices when these calls end that a tick went well, where one is set.

    That it cannot be reached is its own news; what is logged of it names no address, for that is a secret.
    """
    if url is None:
        return
    import requests

    try:
        # Without its body: of an answer that never ends nobody waits for the end.
        with requests.get(url.get_secret_value(), timeout=PING_TIMEOUT_S, allow_redirects=False, stream=True) as answer:
            if not answer.ok:
                log.info("the ping was answered with HTTP %d", answer.status_code)
    except (requests.RequestException, ValueError) as problem:
        log.info("the ping did not arrive: %s", type(problem).__name__)


def notify(state: str) -> None:
    """Tell the service manager how we are, if there is one that listens (sd_notify)."""
    address = notify_socket()
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        try:
            channel.connect(address)
            channel.sendall(state.encode())
        except OSError as problem:
            log.warning("the service manager cannot be told %s: %s", state, problem)
