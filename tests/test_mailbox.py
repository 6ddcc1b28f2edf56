"""The mailbox that answers arrive in: a conversation with a server on loopback."""

from __future__ import annotations

import time
from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imap_server import PASSWORD, USER, ImapServer, certificate, mail, serving

from coachd.errors import ConfigProblem, MailboxProblem
from coachd.letters import TEXT_READ
from coachd.mailbox import LARGEST, MOST_LETTERS, opened, placed

SINCE = date(2026, 9, 23)
ROBIN = "robin@example.org"


@pytest.fixture
def server():
    with serving(ImapServer()) as running:
        yield running


def letters(server, *senders, **options):
    with opened(server.url, **options) as box:
        return [box.letter(uid) for uid in box.unread(senders or {ROBIN}, SINCE)]


def test_a_mail_is_read_and_stays_unread(server):
    server.receive(mail("Robin <Robin@Example.org>", text="150\n"))
    (letter,) = letters(server)
    assert (letter.sender, letter.subject, letter.text) == (ROBIN, "coachd token", "150\n")
    assert letter.recipients == USER
    assert not letter.automatic
    assert server.seen == set()


def test_only_the_mail_that_was_heeded_is_marked_as_read(server):
    server.receive(mail(subject="one"), mail(subject="two"))
    with opened(server.url) as box:
        box.mark_read(box.unread({ROBIN}, SINCE)[1])
    assert server.seen == {102}
    assert [letter.subject for letter in letters(server)] == ["one"]


def test_mails_of_others_are_not_even_asked_for(server):
    server.receive(mail("bank@example.org"), mail("anna@example.org"), mail())
    assert [letter.sender for letter in letters(server, ROBIN, "anna@example.org")] == ["anna@example.org", ROBIN]
    (search,) = (line for line in server.asked if line.startswith("UID SEARCH"))
    assert search == f'UID SEARCH UNSEEN SINCE 23-Sep-2026 OR FROM "anna@example.org" FROM "{ROBIN}"'


def test_many_senders_are_asked_for_a_few_at_a_time(server):
    everybody = {f"runner{number}@example.org" for number in range(45)}
    server.receive(*(mail(sender) for sender in sorted(everybody)))
    assert {letter.sender for letter in letters(server, *everybody)} == everybody
    assert len([line for line in server.asked if line.startswith("UID SEARCH")]) == 3


def test_of_many_mails_the_newest_are_read(server):
    server.receive(*(mail(subject=str(number)) for number in range(MOST_LETTERS + 3)))
    assert [letter.subject for letter in letters(server)] == [str(number) for number in range(3, MOST_LETTERS + 3)]


def test_of_a_huge_mail_only_the_beginning_travels(server):
    server.receive(mail(text="150\n" + "x" * 60 + "\n" + "long line\n" * LARGEST))
    (letter,) = letters(server)
    assert letter.text.startswith("150\n")
    assert len(letter.text) <= TEXT_READ


def test_a_mail_that_is_gone_meanwhile_is_nothing(server):
    server.receive(mail())
    with opened(server.url) as box:
        (uid,) = box.unread({ROBIN}, SINCE)
        server.mails.clear()
        assert box.letter(uid) is None


def test_the_certificate_is_checked_and_a_private_authority_may_be_named(tmp_path):
    cafile = certificate(tmp_path)
    with serving(ImapServer({101: mail()}), tls=tmp_path) as server:
        url = server.url.replace("imap://", "imaps://")
        with pytest.raises(MailboxProblem, match="is not trusted") as refused, opened(url):
            pass
        assert "SMTP_CAFILE" in refused.value.advice
        with (
            pytest.raises(MailboxProblem, match="is not trusted"),
            opened(url.replace("127.0.0.1", "localhost"), cafile=str(cafile)),
        ):
            pass
        with opened(url, cafile=str(cafile)) as box:
            assert box.letter("101").sender == ROBIN


def test_an_authority_that_cannot_be_read_is_named(tmp_path):
    with (
        pytest.raises(MailboxProblem, match=r"missing\.pem"),
        opened("imaps://u:p@127.0.0.1:1", cafile=str(tmp_path / "missing.pem")),
    ):
        pass


@pytest.mark.parametrize(
    ("command", "said", "expected"),
    [
        ("LOGIN", b"", "refused the login"),
        ("SELECT", b"", "SELECT was refused"),
        ("UID SEARCH", b"", "SEARCH was refused"),
        ("UID SEARCH", b"* SEARCH " + b"1 " * LARGEST + b"\r\n", "line without an end"),
        ("UID FETCH", b"* 1 FETCH (BODY[] {99999999999}\r\n", "99999999999 bytes at once"),
        ("UID FETCH", b"nonsense\r\n", "unexpected response"),
    ],
)
def test_what_a_server_should_not_say_is_a_problem_with_words(server, command, said, expected):
    server.receive(mail())
    server.answers[command] = said or f"CFHG1 NO {PASSWORD}\r\n".encode()
    if not said:
        server.answer = lambda words, line, usual=server.answer: (
            (b"", "NO") if line.startswith(command) else usual(words, line)
        )
    with pytest.raises(MailboxProblem, match=expected) as problem:
        letters(server)
    assert PASSWORD not in str(problem.value) + problem.value.advice


def test_a_refused_login_does_not_repeat_what_the_server_said(server):
    server.answer = lambda words, line, usual=server.answer: (
        (b"", f"NO {line}") if words[0] == "LOGIN" else usual(words, line)
    )
    with pytest.raises(MailboxProblem, match="refused the login") as refused:
        letters(server)
    assert refused.value.__cause__ is None
    assert "ord" not in str(refused.value).replace("password", "")


def test_a_server_that_is_not_there_is_a_problem_with_words(server):
    url = server.url
    with (
        pytest.raises(MailboxProblem, match=r"127\.0\.0\.1:1 could not be read"),
        opened(url.replace(f":{server.port}/", ":1/")),
    ):
        pass


def test_a_server_that_drips_is_left_after_a_while(server):
    server.drip = 0.05
    began = time.monotonic()
    with pytest.raises(MailboxProblem, match="timed out"):
        letters(server, seconds=0.5)
    assert time.monotonic() - began < 5


def test_a_server_that_is_silent_is_left_after_a_while(server):
    server.answers["UID SEARCH"] = b""
    began = time.monotonic()
    with pytest.raises(MailboxProblem):
        letters(server, seconds=0.5)
    assert time.monotonic() - began < 5


def test_a_url_names_the_place_with_port_and_folder_where_they_are_left_out():
    place = placed("imaps://robin%40example.org:p%40ss%2Fword@imap.example.org")
    assert (place.host, place.port, place.user) == ("imap.example.org", 993, ROBIN)
    assert (place.password, place.folder, place.tls) == ("p@ss/word", "INBOX", True)
    assert placed("imaps://u:p@h:994/Answers%20of%20all").folder == "Answers of all"
    assert placed("imap://u:p@localhost").port == 143
    assert "p@ss" not in repr(place)


@pytest.mark.parametrize(
    "url",
    [
        "", "imaps://", "https://u:secret@h/INBOX", "imap://u:secret@imap.example.org/INBOX", "imaps://u@h/INBOX",
        "imaps://u:se/cret@h", "imaps://u:secret@h:port/INBOX", "imaps://u:secret@[h/INBOX", "imaps://u:secret%0D%0A@h",
        "imaps://u:secrét@h", "imaps://u:secret@h/INBOX?x", "imaps://u:secret@h/a%0Ab",
    ],
)  # fmt: skip
def test_a_url_that_cannot_be_used_is_refused_without_repeating_it(url):
    with pytest.raises(ConfigProblem, match="IMAP_URL") as refused:
        placed(url)
    assert refused.value.__cause__ is None
    assert "secr" not in str(refused.value) + refused.value.advice


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
def test_every_plain_password_comes_through_a_url(password):
    assert placed(f"imaps://u:{quote(password, safe='')}@h").password == password
