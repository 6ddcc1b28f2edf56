"""A digest of an invented athlete becomes a message."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coachd import compose
from coachd.errors import DeliveryProblem
from coachd.judge import memory
from coachd.model import ActivityLink, Athlete, DayStats, Digest, Nudge, Period, WeekStats
from coachd.resources import shipped

MONDAY = date(2026, 11, 16)
MEDICAL = (
    "General training information from your own data, not medical advice. Pain that lasts or changes how you run, "
    "chest pain, fainting, or fever: stop and see a doctor."
)
STRENGTH = Nudge(
    rule="no-strength-in-7-days",
    subject="2026-W47",
    kind="nudge",
    severity=1,
    family="strength",
    title="No strength work lately",
    text="Strength: the last session was 8 days ago. Twenty minutes after an easy run would do.",
    why="Two short sessions a week make runners more economical.",
    sources=("Blagrove 2018", "Llanos-Lagos 2024"),
    contested="Fewer injuries only in supervised programmes (Wu 2024).",
    evidence=(("last session", "8 days ago"), ("sessions in 90 days", "12")),
)
PRAISE = Nudge("consistency", "2026-W47", "praise", 1, "joy", "Twelve weeks in a row", "12 weeks with at least 3 runs.")
NOTE = Nudge("data-zones-unset", "me", "note", 1, "data", "No zones yet", "8 runs came with heart rate.")
STRAVA = ActivityLink(
    7, "Long run", MONDAY + timedelta(6), "https://www.strava.com/activities/7", "Garmin Forerunner 265"
)


def a_week(first=MONDAY, km=47.0, runs=4, strength=1):
    return WeekStats(first, km * 1000, km * 320, runs, strength, 2)


def a_digest(**changes):
    weeks = tuple(a_week(MONDAY - timedelta(weeks=11 - i), km) for i, km in enumerate([38, 41, 44, 0, *[42] * 7, 47]))
    days = tuple(DayStats(MONDAY + timedelta(i), ("run",) if i % 2 else (), 11_750 if i % 2 else 0) for i in range(7))
    digest = Digest(
        athlete=Athlete(id="robin", email="robin@example.org"),
        period=Period("2026-W47", MONDAY, MONDAY + timedelta(6)),
        week=a_week(),
        usual_distance_m=43_200.0,
        days=days,
        weeks=weeks,
        nudges=(STRENGTH, PRAISE, NOTE),
        links=(STRAVA,),
        left_out=("Shoe mileage: told two weeks ago.",),
        rules_checked=38,
    )
    return replace(digest, **changes)


def weekly(digest=None, **changes):
    return compose.weekly(
        digest or a_digest(**changes), mail_from="coachd <coach@example.org>", message_key="robin/W47"
    )


class Page(HTMLParser):
    """What a reader sees of a page, and the elements it is made of."""

    def __init__(self, html):
        super().__init__()
        self.words, self.elements, self._hidden = [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._hidden = tag in {"style", "title"}

    def handle_endtag(self, tag):
        self._hidden = False

    def handle_data(self, data):
        if not self._hidden:
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def flat(text):
    return " ".join(text.split())


def test_the_subject_is_the_week_in_numbers():
    assert weekly().subject == "Your week: 47.0 km, 4 runs"


@pytest.mark.parametrize(
    ("week", "subject"),
    [
        (a_week(runs=1, km=8), "Your week: 8.0 km, 1 run"),
        (a_week(runs=0, km=0, strength=0), "Your week: no runs"),
        (a_week(runs=0, km=0, strength=2), "Your week: no runs, 2 strength sessions"),
        (WeekStats(MONDAY, 0.0, 5400.0, 3, 0, 4), "Your week: 1 h 30 min, 3 runs"),
    ],
)
def test_the_subject_never_claims_a_distance_that_was_not_recorded(week, subject):
    assert weekly(week=week).subject == subject


def test_an_athlete_in_miles_reads_miles_everywhere():
    message = weekly(athlete=Athlete(units="mi"))
    assert message.subject == "Your week: 29.2 mi, 4 runs"
    for text in (message.text, Page(message.html).text):
        assert "26.8 mi" in text
        assert "7.3" in text
        assert not re.search(r"\d km\b", text)


@pytest.mark.parametrize("part", ["text", "html"])
def test_both_parts_say_everything(part):
    message = weekly()
    seen = flat(message.text) if part == "text" else Page(message.html).text
    for words in (
        "47.0 km, 4 runs",
        "Mon 16 to Sun 22 Nov 2026",
        "usual week 43.2 km",
        STRENGTH.title,
        STRENGTH.text,
        f"Why: {STRENGTH.why}",
        "8 days ago",
        "sessions in 90 days",
        "Based on Blagrove 2018; Llanos-Lagos 2024.",
        f"Coaches differ on this: {STRENGTH.contested}",
        "Rule: no-strength-in-7-days",
        PRAISE.text,
        NOTE.text,
        "Shoe mileage: told two weeks ago.",
        "View on Strava",
        "Data: Garmin Forerunner 265",
        "38 rules checked",
        "coachd rules list",
        MEDICAL,
    ):
        assert words in seen


def test_a_long_value_stays_whole_and_goes_on_below_itself():
    races = ", ".join(f"10 km on {day} March" for day in (3, 10, 17, 24, 31))
    message = weekly(nudges=(replace(STRENGTH, evidence=(("races in six weeks", "5"), ("the races", races))),))
    assert races in flat(message.text)
    assert races in Page(message.html).text
    lines = message.text.splitlines()
    begun = next(i for i, line in enumerate(lines) if line.startswith("  the races"))
    assert lines[begun + 1].index("10 km") == lines[begun].index("10 km") == lines[begun - 1].index("5")
    assert max(map(len, lines)) <= 80


CLOSING = (
    "I'll stop mentioning this for twelve weeks; turn it back on any time with "
    "coachd rules snooze no-strength-in-7-days --off"
)


@pytest.mark.parametrize("part", ["text", "html"])
def test_a_rule_that_falls_silent_says_so_and_how_to_hear_it_again(part):
    def seen(nudge):
        message = weekly(nudges=(nudge, PRAISE))
        return flat(message.text) if part == "text" else Page(message.html).text

    assert CLOSING in seen(replace(STRENGTH, closing=True)).replace("with  coachd", "with coachd")
    assert "stop mentioning" not in seen(STRENGTH)


def test_the_twelve_weeks_of_silence_are_those_of_the_judge():
    assert memory.MUTED_DAYS == 12 * 7


@pytest.mark.parametrize("part", ["text", "html"])
def test_praise_comes_first_and_notes_last(part):
    seen = getattr(weekly(), part)
    assert seen.index("Going well") < seen.index("Worth a thought") < seen.index("Good to know")


def test_a_quiet_week_says_so_in_two_lines_and_shows_the_numbers():
    text = weekly(nudges=(NOTE,)).text
    assert "A quiet week: nothing that needs a word from me.\nHere are your numbers.\n" in text
    assert "The last 12 weeks" in text
    assert "quiet week" not in weekly().text


def test_training_besides_running_is_told_with_its_days():
    days = tuple(
        DayStats(MONDAY + timedelta(i), families, 8000.0 if "run" in families else 0.0)
        for i, families in enumerate([("run", "strength"), ("cross",), (), ("strength",)])
    )
    message = weekly(days=days)
    assert "  Mon  8.0, strength\n  Tue  cross-training\n  Wed  rest\n  Thu  strength\n" in message.text
    assert "+ strength on Mon, Thu; cross-training on Tue" in Page(message.html).text


def test_an_unknown_usual_week_is_left_out():
    assert "usual" not in weekly(usual_distance_m=None).text


@pytest.mark.parametrize(
    ("first", "span"),
    [
        (date(2026, 9, 28), "Mon 28 Sep to Sun 4 Oct 2026"),
        (date(2026, 12, 28), "Mon 28 Dec 2026 to Sun 3 Jan 2027"),
    ],
)
def test_the_span_names_month_and_year_where_they_change(first, span):
    assert span in weekly(period=Period("k", first, first + timedelta(6))).text


def test_only_the_last_twelve_weeks_are_drawn_oldest_first():
    weeks = tuple(a_week(MONDAY - timedelta(weeks=i), 10 + i) for i in range(20))
    lines = [line for line in weekly(weeks=weeks).text.splitlines() if "█" in line]
    assert len(lines) == 12
    assert lines[0].startswith("  31 Aug")
    assert lines[-1].endswith("10.0 km *")


def test_bars_are_as_long_as_their_weeks():
    weeks = (a_week(MONDAY - timedelta(14), 40), a_week(MONDAY - timedelta(7), 0), a_week(MONDAY, 20))
    message = weekly(weeks=weeks)
    bars = [line.count("█") for line in message.text.splitlines() if " km" in line and "Nov  " in line]
    assert bars == [40, 0, 20]
    widths = [attrs["width"] for tag, attrs in Page(message.html).elements if tag == "td" and "width" in attrs]
    assert widths == ["100%", "100%", "50%", "50%"]


def test_a_mail_without_any_history_still_reads():
    message = weekly(days=(), weeks=(), nudges=(), links=(), left_out=(), usual_distance_m=None)
    assert "Day by day" not in message.text
    assert "weeks" not in message.text


def test_many_links_are_cut_to_the_latest_and_counted():
    links = tuple(replace(STRAVA, id=i, name=f"Run {i}", day=MONDAY - timedelta(i)) for i in range(15))
    text = weekly(links=links).text
    assert "Run 9" in text
    assert "Run 10" not in text
    assert "And 5 earlier." in text


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://www.strava.com/activities/7", "View on Strava"),
        ("https://connect.garmin.com/activity/7", "View activity"),
        ("https://notstrava.com/activities/7", "View activity"),
        ("https://strava.com.example.org/7", "View activity"),
    ],
)
def test_only_a_strava_page_is_called_so(url, label):
    page = Page(weekly(links=(replace(STRAVA, url=url),)).html)
    assert ("a", url) in [(tag, attrs.get("href")) for tag, attrs in page.elements]
    assert label in page.text


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "file:///etc/passwd", "https://"])
def test_what_is_no_web_address_is_not_linked(url):
    assert not [tag for tag, _ in Page(weekly(links=(replace(STRAVA, url=url),)).html).elements if tag == "a"]


def test_a_device_of_another_maker_needs_no_credit():
    assert "Data:" not in weekly(links=(replace(STRAVA, device="COROS PACE 3"),)).text


def test_a_name_with_markup_is_shown_and_not_obeyed():
    message = weekly(links=(replace(STRAVA, name="<script>alert(1)</script> & more"),))
    assert "<script" not in message.html
    assert "<script>alert(1)</script> & more" in message.text
    assert "<script>alert(1)</script> & more" in Page(message.html).text


NAMES = [
    "🏃‍♀️💨 Morgenlauf",
    "ריצת בוקר",
    "الجري الصباحي",
    "x" * 10_000,
    "word " * 2_000,
    "a\r\nBcc: eve@example.org",
    "\x1b[2J",
]


@pytest.mark.parametrize("name", NAMES, ids=["emoji", "hebrew", "arabic", "long", "wordy", "line break", "escape"])
def test_any_name_fits_and_steers_nothing(name):
    nudge = replace(
        STRENGTH, title=name, text=name, why=name, evidence=((name, name),), sources=(name,), contested=name
    )
    message = weekly(links=(replace(STRAVA, name=name),) * 30, nudges=(nudge, nudge, replace(nudge, kind="praise")))
    assert len(message.html.encode()) < 60_000
    assert "\x1b" not in message.text + message.html
    assert "\r" not in message.text
    assert not message.text.count("\nBcc:")


def test_right_to_left_names_do_not_turn_the_rest_of_the_line():
    assert compose.one_line("ריצת בוקר", 60) == "\u2068ריצת בוקר\u2069"
    assert compose.one_line("run \u202egnol", 60) == "run gnol"
    assert compose.one_line("family 👨‍👩‍👧", 60) == "family 👨‍👩‍👧"


@given(text=st.text(max_size=200), limit=st.integers(1, 80))
def test_foreign_text_is_always_one_bounded_line(text, limit):
    line = compose.one_line(text, limit)
    assert len(line) <= limit + 2
    assert len(line.splitlines()) <= 1
    line.encode()


def test_the_text_fits_a_terminal_of_80_columns():
    assert max(map(len, weekly().text.splitlines())) <= 80


def test_no_blank_line_follows_another():
    text = weekly().text
    assert "\n\n\n" not in text
    assert text.endswith(".\n")


def test_the_same_digest_gives_the_same_message():
    assert weekly() == weekly()
    other = compose.weekly(a_digest(), mail_from="coach@example.org", message_key="robin/W48")
    assert other.id != weekly().id


def test_the_message_id_never_changes_between_releases():
    assert weekly().id == "d66b3053-f6e0-518d-b3a1-302b0c3185c3@example.org"


def test_all_mails_of_one_athlete_are_one_thread_and_no_others():
    first = weekly()
    second = compose.weekly(
        a_digest(period=Period("2026-W48", MONDAY + timedelta(7), MONDAY + timedelta(13))),
        mail_from="coachd <coach@example.org>",
        message_key="robin/W48",
    )
    other = weekly(athlete=Athlete(id="kim"))
    assert first.headers["References"] == first.headers["In-Reply-To"] == second.headers["References"]
    assert other.headers["References"] != first.headers["References"]


def test_the_headers_stop_automatic_answers_and_name_the_list():
    headers = weekly().headers
    assert headers["From"] == "coachd <coach@example.org>"
    assert headers["List-Id"] == "coachd weekly digest <weekly.coachd.example.org>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-Auto-Response-Suppress"] == "All"
    assert headers["Coachd-Digest"] == "2026-W47-robin"
    assert "List-Unsubscribe" not in headers


def test_a_sender_that_is_no_address_is_refused():
    with pytest.raises(DeliveryProblem, match="'coachd'"):
        compose.weekly(a_digest(), mail_from="coachd", message_key="k")


# What common mail readers drop or draw wrongly; after caniemail.com (MIT), September 2025.
NOT_IN_MAIL = {
    "svg",
    "img",
    "script",
    "form",
    "input",
    "button",
    "progress",
    "meter",
    "video",
    "link",
    "iframe",
    "object",
}
NOT_IN_STYLE = re.compile(
    r"(?:^|[;{\s])(?:display:\s*(?:flex|grid|inline-flex)|gap:|grid-|flex-|position:|float:|height:|object-fit:|"
    r"background-image:|filter:|transform:|animation|transition|var\(|calc\(|url\(|@import|@font-face)"
)


def test_the_page_uses_nothing_that_mail_readers_drop():
    html = weekly().html
    page = Page(html)
    assert not {tag for tag, _ in page.elements} & NOT_IN_MAIL
    styles = [attrs["style"] for _, attrs in page.elements if "style" in attrs]
    assert len(styles) > 50, "the styles are not inlined"
    assert not [
        style for style in styles if NOT_IN_STYLE.search(style.replace("line-height", "").replace("max-height", ""))
    ]
    assert "base64" not in html
    assert "data:" not in html.replace("Data:", "")


def test_the_page_has_one_dark_mode_and_one_labelled_article():
    html = weekly().html
    assert html.count("@media") == 1
    assert html.count("prefers-color-scheme: dark") == 1
    articles = [attrs for _, attrs in Page(html).elements if attrs.get("role") == "article"]
    assert [attrs["aria-label"] for attrs in articles] == ["Your week: 47.0 km, 4 runs"]
    assert '<html lang="en">' in html


def test_every_table_is_layout_or_has_a_label_and_row_or_column_headers():
    page = Page(weekly().html)
    for tag, attrs in page.elements:
        if tag == "table":
            assert attrs.get("role") == "presentation" or attrs.get("aria-label")
        if tag == "th":
            assert attrs["scope"] in {"row", "col"}


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_text_colour_stands_out_from_its_ground():
    style = (shipped("templates") / "base.html.j2").read_text()
    light, dark = style.split("@media", 1)
    for ground, rules in (("#ffffff", light), ("#16191c", dark)):
        colours = re.findall(r"[{;]\s*color: (#[0-9a-f]{6})", rules)
        assert colours
        for colour in colours:
            low, high = sorted((luminance(ground), luminance(colour)))
            assert (high + 0.05) / (low + 0.05) >= 4.5, (ground, colour)


BANNED = re.compile(
    r"\b(must|should|need to|wrong|bad|fail\w*|lazy|danger\w*|risk of injury|overtrain\w*|warning|alert|red|weight|"
    r"calories|body shape|you always|score|rank|grade)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", sorted(shipped("templates").glob("*.j2")), ids=lambda path: path.name)
def test_templates_use_none_of_the_words_that_lecture(path):
    words = re.sub(r"<style>.*?</style>|<[^>]*>|\{[%#].*?[%#]\}", " ", path.read_text(), flags=re.DOTALL)
    assert not BANNED.findall(words)
    assert "!" not in words
