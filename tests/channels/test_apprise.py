"""Posts against a real HTTP server on loopback that can take, refuse, hang or drip."""

import logging
import time

import pytest
from receiver import receiving

from coachd import channels
from coachd.channels.apprise import Channel
from coachd.errors import DeliveryProblem
from coachd.model import Message

# Apprise still asks an old module of the standard library for the kind of a picture
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

MESSAGE = Message(
    "1@example.org", "robin@example.org", "Your week: 47.0 km, 4 runs", "The long text.", "<p>unused</p>",
    short="47.0 km in 4 runs. A knee that aches is a private matter.",
)  # fmt: skip


def address(service):
    """The receiver's address as Apprise writes it."""
    return f"json://robin:s3cret@127.0.0.1:{service.port}/topic-s3cret"


def test_a_post_carries_the_subject_and_the_short_form():
    with receiving() as service:
        said = Channel(address(service)).send(MESSAGE)
    assert (service.documents[0]["title"], service.documents[0]["message"]) == (MESSAGE.subject, MESSAGE.short)
    assert said == f"post to {Channel(address(service)).shown}"
    assert said.startswith("post to json (")
    assert "s3cret" not in said


def test_a_refused_post_is_worth_another_try():
    with receiving(500) as service, pytest.raises(DeliveryProblem, match="json service did not take") as caught:
        Channel(address(service)).send(MESSAGE)
    assert (caught.value.permanent, caught.value.unknown, caught.value.slow) == (False, False, False)
    assert "s3cret" not in str(caught.value) + caught.value.advice


@pytest.mark.parametrize("answer", [200, 500])
def test_neither_the_address_nor_the_words_reach_a_log_however_much_is_logged(answer, caplog, capfd):
    # as if the process had been started with everything on
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    with receiving(answer) as service:
        try:
            Channel(address(service)).send(MESSAGE)
        except DeliveryProblem as problem:
            logging.getLogger("coachd").warning("not taken", exc_info=problem)
        logging.getLogger("coachd").debug("%r", Channel(address(service)))
    told = caplog.text + "".join(capfd.readouterr())
    assert "not taken" in told or answer == 200
    assert "s3cret" not in told
    assert "private matter" not in told


@pytest.mark.parametrize("answer", ["hang", "drip"])
def test_a_service_that_keeps_us_waiting_is_left_and_may_have_taken_the_post(answer):
    begin = time.monotonic()
    with receiving(answer) as service, pytest.raises(DeliveryProblem, match="may have arrived") as caught:
        Channel(address(service), timeout=0.3).send(MESSAGE)
    assert time.monotonic() - begin < 5
    assert (caught.value.unknown, caught.value.slow) == (True, True)


@pytest.mark.parametrize("url", ["nosuch://s3cret/topic", "s3cret", "json://", "syslog://", "dbus://", "gnome://"])
def test_an_address_that_no_service_or_only_this_machine_answers_is_refused_for_good(url):
    with pytest.raises(DeliveryProblem, match="push address") as caught:
        Channel(url).send(MESSAGE)
    assert caught.value.permanent
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["ntfy://s3cret-topic", "ntfys://ntfy.example.org/s3cret-topic", "tgram://1:s3cret/2"])
def test_what_is_shown_of_an_address_is_its_service_and_a_checksum(url):
    try:
        shown = Channel(url).shown
    except DeliveryProblem as problem:
        shown = str(problem)
    assert shown.startswith((url.split(":")[0], "The tgram"))
    assert "s3cret" not in shown
    assert "s3cret" not in repr(Channel(url))


def test_a_try_without_a_message_posts_nothing():
    with receiving() as service:
        assert channels.tried(Channel(address(service))).startswith("the json address can be read")
    assert service.got == []
