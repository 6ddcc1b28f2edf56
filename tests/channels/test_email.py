"""Mail against a real SMTP server on loopback, which answers as scripted."""

import datetime as dt
import ipaddress
import socket
import ssl
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

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


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that only who is told so trusts: (its file, its key's file)."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2120, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


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
