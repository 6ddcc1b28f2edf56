"""Mail against a real SMTP server on loopback, which answers as scripted."""

import datetime as dt
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from coachd.channels.email import Channel
from coachd.clock import SteppedClock
from coachd.errors import ConfigProblem, DeliveryProblem
from coachd.model import Message

CLOCK = SteppedClock(dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC))
BODY = "A line\n.\n.. and a line that begins with dots\n"


def a_message(to="robin@example.org", sender="coachd <coach@example.org>"):
    return Message("0b2f@example.org", to, "Your week", BODY, "<p>One</p>\n", {"From": sender})


class Script:
    """What the server says. `rcpt` and `data` are answers; `data="drop"` hangs up instead, `rude` does so at QUIT."""

    def __init__(self, rcpt="250 OK", data="250 OK", rude=False):
        self.rcpt, self.data, self.rude = rcpt, data, rude
        self.taken = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd looks for this name
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd looks for this name
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        if self.data == "drop":
            server.transport.abort()
        return self.data

    async def handle_QUIT(self, server, session, envelope):  # noqa: N802 - aiosmtpd looks for this name
        if self.rude:
            server.transport.abort()
        return "221 Bye"


class OnLoopback(Controller):
    """aiosmtpd's controller, on a port that the system chooses."""

    def __init__(self, handler, **options):
        super().__init__(handler, hostname="127.0.0.1", port=0, **options)

    def factory(self):
        return SMTP(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def server(script=None, **options):
    controller = OnLoopback(script or Script(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def plain(port, **options):
    return Channel("127.0.0.1", port, "none", timeout=2, clock=CLOCK, **options)


def test_a_taken_mail_arrives_as_it_was_written():
    script = Script()
    with server(script) as port:
        assert plain(port).send(a_message("Robin <robin@example.org>")) == "mail to robin@example.org"
    sender, recipients, content = script.taken[0]
    assert (sender, recipients) == ("coach@example.org", ["robin@example.org"])
    assert b"A line\r\n.\r\n.. and a line that begins with dots\r\n" in content
    assert content.endswith(b"--\r\n")


@pytest.mark.parametrize(
    ("script", "permanent"),
    [
        (Script(rcpt="451 greylisted, come back"), False),
        (Script(rcpt="550 no such user"), True),
        (Script(data="452 disk full"), False),
        (Script(data="554 looks like spam"), True),
    ],
)
def test_a_refusal_says_whether_to_try_again(script, permanent):
    with server(script) as port, pytest.raises(DeliveryProblem) as caught:
        plain(port).send(a_message())
    assert caught.value.permanent is permanent
    assert not caught.value.unknown
    assert caught.value.advice


def test_the_servers_reason_is_told_but_not_without_end():
    with server(Script(rcpt="550 " + "x" * 400)) as port, pytest.raises(DeliveryProblem, match=r"550 x+$") as caught:
        plain(port).send(a_message())
    assert len(str(caught.value)) < 300


def test_a_connection_lost_after_the_whole_mail_leaves_it_unknown():
    script = Script(data="drop")
    with server(script) as port, pytest.raises(DeliveryProblem, match="may have arrived") as caught:
        plain(port).send(a_message())
    assert script.taken
    assert caught.value.unknown
    assert not caught.value.permanent


def test_a_rude_goodbye_does_not_undo_a_taken_mail():
    script = Script(rude=True)
    with server(script) as port:
        plain(port).send(a_message())
    assert len(script.taken) == 1


def test_a_server_that_never_speaks_is_worth_another_try():
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(DeliveryProblem, match="timed out") as caught:
        Channel("127.0.0.1", silent.getsockname()[1], "none", timeout=0.2, clock=CLOCK).send(a_message())
    assert (caught.value.permanent, caught.value.unknown) == (False, False)


def test_a_closed_port_is_worth_another_try():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(DeliveryProblem, match=f"127.0.0.1:{port} could not be reached") as caught:
        plain(port).send(a_message())
    assert not caught.value.permanent


@contextmanager
def talking(speak):
    """A server that `speak`s as it likes on each connection, until we are done."""
    done = threading.Event()

    def serve(listening):
        while not done.is_set():
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line, suppress(OSError):
                speak(line, done)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            done.set()
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def drip(line, done, words=b"220 "):
    """Says so much and then a letter every now and then, for ever."""
    line.sendall(words)
    while not done.wait(0.01):
        line.sendall(b".")


def take(line):
    """Takes everything up to the end of the mail, whether there is an end."""
    line.sendall(b"220 hello\r\n")
    with line.makefile("rb") as said:
        for words in said:
            if words.startswith(b"DATA"):
                line.sendall(b"354 go on\r\n")
                break
            line.sendall(b"250 fine\r\n")
        return b".\r\n" in said


def stall(line, done):
    """Takes the mail and then thinks about it."""
    if take(line):
        done.wait(10)


def drip_the_end(line, done):
    """Takes the mail, and its answer to it drips."""
    if take(line):
        drip(line, done, b"250 ")


def test_a_server_that_drips_is_left_at_the_limit_however_often_it_sends():
    begin = time.monotonic()
    with talking(drip) as port, pytest.raises(DeliveryProblem, match="timed out") as caught:
        plain(port, limit=0.3).send(a_message())
    assert time.monotonic() - begin < 5
    assert (caught.value.permanent, caught.value.unknown, caught.value.slow) == (False, False, True)


@pytest.mark.parametrize("speak", [stall, drip_the_end])
def test_a_server_that_never_answers_the_whole_mail_leaves_it_unknown(speak):
    with talking(speak) as port, pytest.raises(DeliveryProblem, match="may have arrived") as caught:
        plain(port, limit=0.5).send(a_message())
    assert (caught.value.unknown, caught.value.slow) == (True, True)


def test_after_the_whole_mail_we_wait_longer_than_for_other_answers():
    def think(line, done):
        line.sendall(b"220 hello\r\n")
        with line.makefile("rb") as said:
            for words in said:
                if words == b".\r\n":
                    done.wait(0.4)
                    line.sendall(b"250 taken\r\n")
                elif words.startswith(b"DATA"):
                    line.sendall(b"354 go on\r\n")
                elif words.upper().startswith((b"EHLO", b"MAIL FROM", b"RCPT TO", b"QUIT")):
                    line.sendall(b"250 fine\r\n")

    with talking(think) as port:
        Channel("127.0.0.1", port, "none", timeout=0.2, limit=5, clock=CLOCK).send(a_message())


def test_a_closed_port_is_not_slow():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(DeliveryProblem) as caught:
        plain(port).send(a_message())
    assert not caught.value.slow


def test_a_mail_over_the_servers_limit_is_refused_before_it_travels():
    script = Script()
    with server(script, data_size_limit=100) as port, pytest.raises(DeliveryProblem, match="552") as caught:
        plain(port).send(a_message())
    assert caught.value.permanent
    assert "size" in caught.value.advice
    assert script.taken == []


def test_a_server_that_finds_the_mail_too_large_at_the_end_refuses_it_for_good():
    with server(Script(data="552 too much mail data")) as port, pytest.raises(DeliveryProblem, match="552") as caught:
        plain(port).send(a_message())
    assert (caught.value.permanent, caught.value.unknown) == (True, False)


def test_a_try_without_a_message_hands_nothing_over():
    script = Script()
    with server(script) as port:
        assert plain(port).check() == f"127.0.0.1:{port}, none"
    assert script.taken == []


@pytest.mark.parametrize(
    ("sender", "options", "doubted"),
    [
        ("coachd <coach@example.org>", {"host": "mail.example.org"}, False),
        ("coach@example.org", {"host": "smtp.provider.example", "user": "robin@mail.example.org"}, False),
        ("coach@example.org", {"host": "smtp.provider.example", "user": "robin"}, True),
        ("coach@example.org", {"host": "smtp.example.org", "user": "robin@provider.example"}, True),
        ("coach@club.co.uk", {"host": "smtp.other.co.uk"}, True),
        ("coach@club.co.uk", {"host": "smtp.club.co.uk"}, False),
        ("coach@example.org", {"host": "localhost"}, False),
        ("coach@example.org", {"host": "127.0.0.1"}, False),
        ("", {"host": "smtp.provider.example"}, False),
    ],
)
def test_a_sender_that_the_relay_may_not_speak_for_is_doubted(sender, options, doubted):
    doubts = Channel(sender=sender, **options).doubts()
    assert bool(doubts) is doubted
    assert all("MAIL_FROM" in doubt for doubt in doubts)


def authenticator(code):
    def check(smtp, session, envelope, mechanism, data):
        good = data.login == b"robin" and data.password == b"s3cret"
        return AuthResult(success=good, handled=False, message=None if good else f"{code} no, s3cret is not it")

    return check


# aiosmtpd warns that a login without TLS is unwise, which is so; here it never leaves the machine
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
class TestLogin:
    def with_login(self, code=535):
        return server(authenticator=authenticator(code), auth_require_tls=False, auth_required=True)

    def test_the_right_password_opens(self):
        with self.with_login() as port:
            plain(port, user="robin", password="s3cret").send(a_message())

    @pytest.mark.parametrize(("code", "permanent"), [(535, True), (454, False)])
    def test_a_refused_login_names_no_password(self, code, permanent):
        with self.with_login(code) as port, pytest.raises(DeliveryProblem, match=f"login .{code}") as caught:
            plain(port, user="robin", password="wrong-s3cret").send(a_message())
        assert caught.value.permanent is permanent
        assert "s3cret" not in f"{caught.value} {caught.value.advice}"

    def test_a_password_that_smtp_cannot_carry_is_refused_for_good_and_not_shown(self):
        with self.with_login() as port, pytest.raises(DeliveryProblem, match="ASCII") as caught:
            plain(port, user="robin", password="s3crät").send(a_message())
        assert caught.value.permanent
        assert caught.value.__cause__ is None
        assert "s3cr" not in str(caught.value)

    def test_a_server_without_login_is_refused_for_good(self):
        with server(auth_exclude_mechanism=["LOGIN", "PLAIN"]) as port, pytest.raises(DeliveryProblem) as caught:
            plain(port, user="robin", password="s3cret").send(a_message())
        assert caught.value.permanent


@pytest.fixture
def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.mark.parametrize(("security", "how"), [("starttls", "tls_context"), ("tls", "ssl_context")])
def test_an_untrusted_certificate_stops_the_mail_before_it_leaves(tls, security, how):
    script = Script()
    with server(script, **{how: tls}) as port, pytest.raises(DeliveryProblem, match="not trusted") as caught:
        Channel("127.0.0.1", port, security, timeout=2, clock=CLOCK).send(a_message())
    assert "cafile" in caught.value.advice
    assert not caught.value.permanent
    assert script.taken == []


def test_a_certificate_of_a_named_authority_is_trusted(tls, certificate):
    script = Script()
    with server(script, tls_context=tls, require_starttls=True) as port:
        Channel("127.0.0.1", port, "starttls", cafile=str(certificate[0]), timeout=2, clock=CLOCK).send(a_message())
    assert len(script.taken) == 1


def test_a_try_says_until_when_the_certificate_holds(tls, certificate):
    with server(tls_context=tls) as port:
        said = Channel("127.0.0.1", port, "starttls", cafile=str(certificate[0]), timeout=2, clock=CLOCK).check()
    assert said == f"127.0.0.1:{port}, starttls, certificate until Jan  1 2120 GMT"


def test_a_server_that_drips_its_handshake_is_left_at_the_limit():
    begin = time.monotonic()
    with talking(lambda line, done: drip(line, done, b"\x16\x03\x03\x40\x00")) as port:
        slow = Channel("127.0.0.1", port, "tls", timeout=60, limit=0.4, clock=CLOCK)
        with pytest.raises(DeliveryProblem) as caught:
            slow.send(a_message())
    assert time.monotonic() - begin < 5
    assert caught.value.slow


def test_tls_from_the_first_byte_works_too(tls, certificate):
    script = Script()
    with server(script, ssl_context=tls) as port:
        Channel("127.0.0.1", port, "tls", cafile=str(certificate[0]), timeout=2, clock=CLOCK).send(a_message())
    assert len(script.taken) == 1


def test_a_server_without_starttls_gets_nothing():
    script = Script()
    with server(script) as port, pytest.raises(DeliveryProblem, match="offers no STARTTLS"):
        Channel("127.0.0.1", port, timeout=2, clock=CLOCK).send(a_message())
    assert script.taken == []


def test_an_authority_file_that_is_not_there_is_named(tmp_path):
    with server() as port, pytest.raises(DeliveryProblem, match=r"nowhere\.pem") as caught:
        Channel("127.0.0.1", port, cafile=str(tmp_path / "nowhere.pem"), timeout=2, clock=CLOCK).send(a_message())
    assert caught.value.permanent


@pytest.mark.parametrize("to", ["", "robin@example.org\r\nRCPT TO:<eve@example.org>", "a@example.org,b@example.org"])
def test_a_recipient_that_is_not_one_address_is_refused_without_a_connection(to):
    with pytest.raises(DeliveryProblem, match="not a mail address") as caught:
        Channel("127.0.0.1", 9, clock=CLOCK).send(a_message(to))
    assert caught.value.permanent


def test_a_message_without_sender_is_refused():
    with pytest.raises(DeliveryProblem, match="not a mail address"):
        Channel("127.0.0.1", 9, clock=CLOCK).send(a_message(sender=""))


def test_a_misspelt_security_never_means_none():
    with pytest.raises(ConfigProblem, match="'ssl'"):
        Channel("127.0.0.1", security="ssl")


def test_the_password_is_not_in_the_channels_own_description():
    assert "s3cret" not in repr(Channel("mail.example.org", user="robin", password="s3cret"))
