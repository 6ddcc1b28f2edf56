"""Own templates: used where they work, passed over where they do not, and never able to hold up a mail."""

import logging
import os
from dataclasses import replace

import pytest
from mail import samples

from coachd import compose
from coachd.compose import rendering, sample

MISTAKES = {
    "raises": "{{ nobody_gave_this }}",
    "divides by zero": "{{ 1 / 0 }}",
    "is no template": "{% if %}",
    "loops for ever": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "loops over words": "{% for a in medical * 9 %}{% for b in medical * 9 %}{% endfor %}{% endfor %}",
    "calls itself": "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
    "calls itself twice": "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "includes itself": "{% include 'digest.txt.j2' %}",
    "counts too far": "{% for i in range(1000000000) %}x{% endfor %}",
    "repeats": "{{ 'x' * 999999999 }}",
    "makes huge numbers": "{{ 9 ** 9 ** 9 }}",
    "writes a book": "{% for i in range(2000) %}{{ medical }}{% endfor %}",
    "reaches for Python": "{{ ''.__class__.__mro__ }}",
    "reaches through a function": "{{ headline.format.__globals__ }}",
}


def weekly(own=None):
    return compose.weekly(sample.FULL, mail_from=samples.FROM, message_key="k", templates=own)


@pytest.fixture(autouse=True)
def nothing_was_said():
    rendering._warn_once.cache_clear()


def test_an_own_template_takes_the_place_of_the_shipped_one(tmp_path):
    (tmp_path / "digest.txt.j2").write_text("Dear runner: {{ headline }}\n")
    message = weekly(tmp_path)
    assert message.text == "Dear runner: 47.0 km, 4 runs\n"
    assert message.html == weekly().html


def test_an_own_frame_holds_for_every_mail(tmp_path):
    (tmp_path / "base.html.j2").write_text("<html><body><i>mine</i>{% block content %}{% endblock %}</body></html>")
    assert "<i>mine</i>" in weekly(tmp_path).html
    assert "47.0 km, 4 runs</h1>" in weekly(tmp_path).html
    first = compose.first(sample.BELIEFS, mail_from=samples.FROM, message_key="k", templates=tmp_path)
    assert "<i>mine</i>" in first.html


def test_names_are_escaped_in_own_pages_too(tmp_path):
    (tmp_path / "digest.html.j2").write_text("<p>{{ nudges[0].nudge.title }}</p>")
    digest = replace(sample.FULL, nudges=(replace(sample.EASY, title="<b>bold</b>"),))
    html = compose.weekly(digest, mail_from=samples.FROM, message_key="k", templates=tmp_path).html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html


@pytest.mark.parametrize("template", MISTAKES.values(), ids=MISTAKES)
def test_a_template_that_does_not_work_is_passed_over_and_the_log_says_so_once(tmp_path, caplog, template):
    (tmp_path / "digest.txt.j2").write_text(template)
    with caplog.at_level(logging.WARNING, logger="coachd"):
        first, second = weekly(tmp_path), weekly(tmp_path)
    assert first == second == weekly()
    (said,) = caplog.messages
    assert "your template digest.txt.j2" in said
    assert "the shipped one is used instead" in said


def test_a_template_that_is_not_text_is_passed_over(tmp_path, caplog):
    (tmp_path / "digest.txt.j2").write_bytes(b"\xff\xfe\x00")
    assert weekly(tmp_path) == weekly()
    assert "digest.txt.j2" in caplog.text


def test_a_folder_that_is_not_there_changes_nothing(tmp_path, caplog):
    assert weekly(tmp_path / "missing") == weekly()
    assert not caplog.messages


def test_a_template_that_was_mended_or_removed_holds_from_the_next_mail(tmp_path):
    mine = tmp_path / "digest.txt.j2"
    for number, text in enumerate(("one", "two")):
        mine.write_text(text)
        os.utime(mine, (number, number))
        assert weekly(tmp_path).text == text
    mine.unlink()
    assert weekly(tmp_path) == weekly()


def test_an_own_template_may_do_all_that_shipped_ones_do(tmp_path):
    for path in rendering.shipped("templates").glob("*.j2"):
        (tmp_path / path.name).write_text(path.read_text())
    assert weekly(tmp_path) == weekly()
