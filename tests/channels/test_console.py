import io

import pytest

from coachd.channels.console import Channel
from coachd.errors import DeliveryProblem
from coachd.model import Message

MESSAGE = Message("1@example.org", "", "Your week: 47.0 km, 4 runs", "a rest day 🛌\n", "<p>unused</p>")


def test_subject_and_text_are_printed():
    stream = io.StringIO()
    assert Channel(stream).send(MESSAGE) == "the terminal"
    assert stream.getvalue() == "Your week: 47.0 km, 4 runs\n\na rest day 🛌\n"


def test_it_prints_to_standard_output_by_itself(capsys):
    Channel().send(MESSAGE)
    assert "a rest day" in capsys.readouterr().out


def test_a_terminal_without_emoji_shows_a_question_mark():
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Channel(terminal).send(MESSAGE)
    assert b"a rest day ?" in terminal.buffer.getvalue()


def test_a_closed_pipe_is_a_delivery_problem():
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError(32, "Broken pipe")

    with pytest.raises(DeliveryProblem, match="Broken pipe"):
        Channel(Closed()).send(MESSAGE)
