"""Waiting for another machine, on real pairs of sockets."""

import socket
import threading
import time

import pytest

from coachd import deadline
from coachd.deadline import Deadline


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def test_what_arrives_in_time_is_read(pair):
    ours, theirs = pair
    theirs.sendall(b"220 hello\r\nmore")
    assert deadline.reader(ours, Deadline(5, 5)).readline() == b"220 hello\r\n"


def test_a_silent_peer_is_left_after_one_wait(pair):
    begin = time.monotonic()
    with pytest.raises(TimeoutError):
        deadline.reader(pair[0], Deadline(60, 0.05)).readline()
    assert time.monotonic() - begin < 5


def test_a_peer_that_drips_is_left_at_the_end_however_often_it_sends(pair):
    ours, theirs = pair
    left = threading.Event()

    def drip():
        while not left.wait(0.01):
            theirs.sendall(b".")

    dripping = threading.Thread(target=drip)
    dripping.start()
    begin = time.monotonic()
    try:
        with pytest.raises(TimeoutError):
            deadline.reader(ours, Deadline(0.2, 60)).readline()
    finally:
        left.set()
        dripping.join(5)
    assert 0.1 < time.monotonic() - begin < 5


def test_a_peer_that_does_not_listen_is_left_at_the_end(pair):
    begin = time.monotonic()
    with pytest.raises(TimeoutError):
        deadline.send(pair[0], b"x" * 50_000_000, Deadline(0.2, 60))
    assert time.monotonic() - begin < 5


def test_what_is_sent_arrives_whole(pair):
    ours, theirs = pair
    data = bytes(range(256)) * 200
    got = bytearray()
    reading = threading.Thread(
        target=lambda: [got.extend(theirs.recv(4096)) for _ in range(200) if len(got) < len(data)]
    )
    reading.start()
    deadline.send(ours, data, Deadline(5, 5))
    reading.join(5)
    assert bytes(got) == data


def test_a_deadline_that_is_over_lets_nothing_begin():
    with pytest.raises(TimeoutError):
        Deadline(-1, 5).left()
