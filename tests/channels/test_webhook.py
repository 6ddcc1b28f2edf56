"""Posts to a real HTTP server on loopback, which answers as told and keeps what it got."""

import hashlib
import hmac
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from receiver import receiving

from coachd import channels
from coachd.channels.webhook import Channel, signature
from coachd.clock import SteppedClock
from coachd.errors import ConfigProblem, DeliveryProblem
from coachd.model import Message

CLOCK = SteppedClock(datetime(2026, 11, 23, 6, tzinfo=UTC))
MESSAGE = Message(
    "0b2f@example.org", "robin@example.org", "Your week", "long", "<p>long</p>", short="47 km 🏃, 4 runs",
    payload={"schema_version": 1, "kind": "weekly", "athlete": "robin"},
)  # fmt: skip


def test_the_document_arrives_with_its_words_and_its_id():
    with receiving() as hook:
        said = Channel(hook.url, clock=CLOCK).send(MESSAGE)
    (post,) = hook.got
    assert (post.path, post.headers["Content-Type"]) == ("/hook-s3cret?x=1", "application/json")
    assert post.headers["Coachd-Id"] == MESSAGE.id
    assert post.document == {**MESSAGE.payload, "id": MESSAGE.id, "subject": "Your week", "text": MESSAGE.short}
    assert said.startswith("post to http://127.0.0.1:")
    assert "s3cret" not in said


def test_with_a_secret_the_time_and_the_body_are_signed():
    with receiving() as hook:
        Channel(hook.url, "k3y", clock=CLOCK).send(MESSAGE)
    (post,) = hook.got
    moment, mark = (part.split("=")[1] for part in post.headers["Coachd-Signature"].split(","))
    assert int(moment) == int(CLOCK.now().timestamp())
    assert mark == hmac.new(b"k3y", f"{moment}.".encode() + post.body, hashlib.sha256).hexdigest()


def test_a_published_example_of_the_signature_holds():
    # for whoever writes a receiver: docs/channels.md shows the same numbers
    assert signature("secret", 1700000000, b"{}") == (
        "t=1700000000,v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"
    )


def test_without_a_secret_nothing_is_signed_and_that_is_doubted():
    with receiving() as hook:
        Channel(hook.url, clock=CLOCK).send(MESSAGE)
    assert "Coachd-Signature" not in hook.got[0].headers
    assert any("signature" in doubt for doubt in channels.doubts(Channel(hook.url)))
    assert channels.doubts(Channel("https://example.org/x", "k3y")) == []


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [(500, False), (503, False), (429, False), (408, False), (404, True), (401, True), (410, True)],
)
def test_a_refusal_says_whether_to_try_again(answer, permanent):
    with receiving(answer) as hook, pytest.raises(DeliveryProblem, match=f"HTTP {answer}") as caught:
        Channel(hook.url, clock=CLOCK).send(MESSAGE)
    assert (caught.value.permanent, caught.value.unknown) == (permanent, False)
    assert "s3cret" not in f"{caught.value} {caught.value.advice}"


def test_a_redirect_is_not_followed():
    with receiving() as elsewhere, receiving(307, [("Location", elsewhere.url)]) as hook:
        way = Channel(hook.url, clock=CLOCK)
        with pytest.raises(DeliveryProblem, match="HTTP 307") as caught:
            way.send(MESSAGE)
    assert caught.value.permanent
    assert elsewhere.got == []


@pytest.mark.parametrize("answer", ["hang", "drip"])
def test_a_receiver_that_keeps_us_waiting_is_left_at_the_limit_and_tried_again(answer):
    begin = time.monotonic()
    with receiving(answer) as hook, pytest.raises(DeliveryProblem, match="in time") as caught:
        Channel(hook.url, clock=CLOCK, timeout=60, limit=0.3).send(MESSAGE)
    assert time.monotonic() - begin < 5
    assert (caught.value.permanent, caught.value.unknown, caught.value.slow) == (False, False, True)


def test_an_answer_that_is_no_http_is_worth_another_try():
    with receiving("nonsense") as hook, pytest.raises(DeliveryProblem, match="went away") as caught:
        Channel(hook.url, clock=CLOCK).send(MESSAGE)
    assert not caught.value.permanent


def test_a_receiver_that_is_not_there_is_worth_another_try():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(DeliveryProblem, match="could not be reached") as caught:
        Channel(f"http://127.0.0.1:{port}/s3cret", clock=CLOCK).send(MESSAGE)
    assert not caught.value.permanent
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "near"),
    [("127.0.0.1", True), ("192.168.1.4", True), ("10.0.0.8", True), ("fd00::1", True), ("fe80::1%eth0", True),
     ("93.184.216.34", False), ("2606:2800:220:1::1", False)],
)  # fmt: skip
def test_plain_http_is_for_the_own_network_only(address, near):
    class Connection:
        def getpeername(self):
            return (address, 80)

    way = Channel("http://somewhere.example/x", clock=CLOCK)
    if near:
        way._must_be_near(Connection())
    else:
        with pytest.raises(DeliveryProblem, match="open net") as caught:
            way._must_be_near(Connection())
        assert caught.value.permanent


@pytest.mark.parametrize(
    "url",
    ["", "example.org/s3cret", "ftp://example.org/s3cret", "https://", "https://robin:s3cret@example.org/",
     "https://example.org:99999/s3cret", "https://example.org/s3cret\r\nX: y", "https://example.org/s3crät",
     "https://exa mple.org/s3cret"],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_refused_without_showing_it(url):
    with pytest.raises(ConfigProblem, match="webhook cannot be used") as caught:
        Channel(url)
    assert "s3c" not in f"{caught.value} {caught.value.advice}"


def test_neither_address_nor_secret_are_in_the_channels_own_description():
    assert "s3cret" not in repr(Channel("https://example.org/s3cret", "s3cret"))


def test_a_try_without_a_message_posts_nothing():
    with receiving() as hook:
        assert channels.tried(Channel(hook.url)).endswith("can be reached")
    assert hook.got == []


def test_an_untrusted_certificate_gets_nothing(certificate):
    with sealed(certificate) as port, pytest.raises(DeliveryProblem, match="not trusted") as caught:
        Channel(f"https://127.0.0.1:{port}/x", clock=CLOCK).send(MESSAGE)
    assert not caught.value.permanent


def test_a_certificate_of_a_named_authority_is_trusted(certificate):
    with sealed(certificate) as port:
        said = Channel(f"https://127.0.0.1:{port}/x", cafile=str(certificate[0]), clock=CLOCK).check()
    assert said == f"https://127.0.0.1:{port} can be reached"


@contextmanager
def sealed(certificate):
    """A server that shakes hands and says nothing more."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def serve():
        line, _ = listening.accept()
        try:
            with context.wrap_socket(line, server_side=True) as secure:
                secure.recv(1)
        except OSError:
            return  # the other side did not trust us, as it should

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)
