"""A digest of an invented athlete becomes a message."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail import samples

from coachd import compose
from coachd.compose import sample
from coachd.errors import DeliveryProblem
from coachd.judge import memory
from coachd.mime import as_bytes
from coachd.model import (
    ActivityLink,
    Ahead,
    Answer,
    Athlete,
    Belief,
    Beliefs,
    DayStats,
    Digest,
    FollowUp,
    LongestRun,
    Nudge,
    Period,
    RaceAhead,
    ShoeLevel,
    WeekStats,
)
from coachd.resources import shipped

MONDAY = date(2026, 11, 16)
FORM = {"mail_from": "coach@example.org", "message_key": "k"}
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
    activities=(7,),
    judged_by="I use 150 bpm: 89 % of threshold 168, from your race in May",
    setting="easy_hr_ceiling",
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
        devices=("Garmin Forerunner 265",),
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
        "2 rest days",
        "usual week 43.2 km",
        STRENGTH.title,
        STRENGTH.text,
        f"Why: {STRENGTH.why}",
        "I use 150 bpm: 89 % of threshold 168, from your race in May. To correct it:",
        "coachd --athlete robin athlete set easy_hr_ceiling=…",
        "8 days ago",
        "sessions in 90 days",
        "Based on Blagrove 2018; Llanos-Lagos 2024.",
        f"Coaches differ on this: {STRENGTH.contested}",
        "Rule: no-strength-in-7-days",
        PRAISE.text,
        NOTE.text,
        "Shoe mileage: told two weeks ago.",
        "View on Strava",
        "Data from Garmin Forerunner 265.",
        "38 rules checked",
        "coachd --athlete robin rules list",
        MEDICAL,
    ):
        assert words in seen


def test_a_long_value_stays_whole_and_goes_on_below_itself():
    races = ", ".join(f"10 km on {day} March" for day in (3, 10, 17, 24, 31))
    message = weekly(nudges=(replace(STRENGTH, evidence=(("races in six weeks", "5"), ("the races", races))),))
    assert races in flat(message.text)
    assert races in Page(message.html).text
    lines = message.text.splitlines()
    assert max(map(len, lines)) <= 76
    begun = next(i for i, line in enumerate(lines) if line.startswith("  the races"))
    column = lines[begun - 1].index("5")
    assert lines[begun][:column].strip() == "the races"
    assert lines[begun][column:].startswith("10 km on 3 March")
    assert lines[begun + 1][:column].isspace()
    assert lines[begun + 1][column:].startswith("March,")


CLOSING = (
    "I'll stop mentioning this for twelve weeks; turn it back on any time with "
    "coachd --athlete robin rules snooze no-strength-in-7-days --off"
)


@pytest.mark.parametrize("part", ["text", "html"])
def test_a_rule_that_falls_silent_says_so_and_how_to_hear_it_again(part):
    def seen(nudge):
        message = weekly(nudges=(nudge, PRAISE))
        return flat(message.text) if part == "text" else Page(message.html).text

    assert CLOSING in seen(replace(STRENGTH, closing=True))
    assert "stop mentioning" not in seen(STRENGTH)


def test_the_twelve_weeks_of_silence_are_those_of_the_judge():
    assert memory.MUTED_DAYS == 12 * 7


@pytest.mark.parametrize("part", ["text", "html"])
def test_praise_comes_first_and_notes_last(part):
    seen = getattr(weekly(), part)
    assert seen.index("Going well") < seen.index("Worth a thought") < seen.index("Good to know")


def test_a_quiet_week_says_so_in_two_lines_and_shows_the_numbers():
    text = weekly(nudges=(NOTE,)).text
    assert "A quiet week: nothing that needs a word.\nHere are your numbers.\n" in text
    assert "The last 12 weeks" in text
    assert "quiet week" not in weekly().text


def test_the_strip_shows_each_day_and_what_was_trained_besides_running():
    families = [("run", "strength"), ("cross",), (), ("strength",)]
    days = tuple(
        DayStats(MONDAY + timedelta(i), some, 8000.0 if "run" in some else 0.0, 2900.0)
        for i, some in enumerate(families)
    )
    message = weekly(days=days)
    lines = message.text.splitlines()
    at = lines.index("     Mon     Tue     Wed     Thu")
    assert lines[at + 1] == "    8.0+       +    rest       +"
    assert lines[at + 2] == "+ strength on Mon, Thu; cross-training on Tue"
    assert "Mon Tue Wed Thu 8.0+ + rest + + strength on Mon, Thu; cross-training on Tue" in Page(message.html).text


@pytest.mark.parametrize("part", ["text", "html"])
def test_a_longest_run_is_a_line_among_the_numbers(part):
    def seen(**changes):
        message = weekly(**changes)
        return flat(message.text) if part == "text" else Page(message.html).text

    run = LongestRun(MONDAY + timedelta(6), 21_000.0, 18_750.0, 1.12)
    line = "Longest run: 21.0 km on Sun, 12% further than the 18.8 km of the 30 days before."
    assert seen(longest_run=run).index(line) < seen(longest_run=run).index("Going well")
    assert "Longest" not in seen()


def test_an_unknown_usual_week_is_left_out():
    assert "usual" not in weekly(usual_distance_m=None).text.casefold()


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
    chart = message.text.split("The last 3 weeks")[1]
    bars = [line.count("█") for line in chart.splitlines() if line.endswith((" km", " km *"))]
    assert bars == [40, 0, 20]
    widths = [attrs["width"] for tag, attrs in Page(message.html).elements if tag == "td" and "width" in attrs]
    assert widths == ["100%", "100%", "50%", "50%"]


def test_a_mail_without_any_history_still_reads():
    message = weekly(days=(), weeks=(), nudges=(), links=(), left_out=(), usual_distance_m=None)
    assert "Day by day" not in message.text
    assert "weeks" not in message.text


def test_a_nudge_links_the_latest_of_its_own_activities_and_counts_the_others():
    links = tuple(replace(STRAVA, id=i, name=f"Run {i}", day=MONDAY + timedelta(i)) for i in range(7))
    text = weekly(links=links, nudges=(replace(STRENGTH, activities=(0, 1, 2, 3, 5)),)).text
    named = [line for line in text.splitlines() if ": Run " in line]
    assert named == ["- Wed 18 Nov: Run 2", "- Thu 19 Nov: Run 3", "- Sat 21 Nov: Run 5"]
    assert "- and 2 earlier" in text


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
    assert "Data from" not in weekly(devices=()).text
    told = compose.same_day(Athlete(), STRENGTH, (replace(STRAVA, device="COROS PACE 3"),), **FORM)
    assert "Data from" not in told.text


@pytest.mark.parametrize("part", ["text", "html", "short"])
def test_garmin_is_credited_once(part):
    two = weekly(nudges=(STRENGTH, replace(STRENGTH, rule="b")), devices=("Garmin Edge 540", "Garmin Fenix 7"))
    assert getattr(two, part).count("Data from Garmin Edge 540 and Garmin Fenix 7.") == 1
    assert getattr(two, part).count("Garmin") == 2
    told = compose.same_day(Athlete(), STRENGTH, (STRAVA,), **FORM)
    assert getattr(told, part).count("Data from Garmin Forerunner 265.") == 1
    night = compose.same_day(Athlete(), replace(STRENGTH, fed_by=("garmin",)), (), **FORM)
    assert getattr(night, part).count("Data from Garmin.") == 1


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


@pytest.mark.parametrize("name", ["weekly", "quiet", "same-day", "first", "notice"])
def test_the_text_fits_a_terminal_of_76_columns(name):
    text = samples.all_mails()[name].text
    assert max(len(line) for line in text.splitlines() if "mailto:" not in line) <= 76


@pytest.mark.parametrize("part", ["text", "html"])
def test_a_full_mail_is_in_the_order_that_a_runner_reads(part):
    mail = samples.all_mails()["weekly"]
    seen = mail.text if part == "text" else Page(mail.html).text
    order = [
        "47.0 km, 4 runs", "4 h 30 min", "rest", "Going well", "Worth a thought", "Since the last mail", "Put right",
        "The next seven days", "Shoes", "What I left out", "Good to know", "The last 12 weeks", "Easy running: 78%",
        "80 rules checked", "General training information",
    ]  # fmt: skip
    begun = seen.index("Sun 22 Nov 2026") if part == "html" else 0  # before it stands what an inbox previews
    places = [seen.index(words, begun) for words in order]
    assert places == sorted(places)


def test_what_is_asked_of_a_runner_is_asked_in_the_same_tone_however_grave():
    calm, grave = (weekly(nudges=(replace(STRENGTH, severity=severity),)) for severity in (1, 3))
    assert (calm.text, calm.html, calm.short, calm.subject) == (grave.text, grave.html, grave.short, grave.subject)


@pytest.mark.parametrize("part", ["text", "html"])
def test_the_end_says_when_mails_come_and_how_to_stop_them(part):
    def seen(**changes):
        message = compose.weekly(
            a_digest(athlete=Athlete(clock="12h", digest_day="sun", digest_time=time(18, 30))),
            mail_from="coach@example.org", message_key="k", **changes,
        )  # fmt: skip
        return flat(message.text) if part == "text" else Page(message.html).text

    assert "The weekly mail comes on Sundays at 6:30 pm." in seen()
    assert "coachd digest pause" in seen()
    stopped = seen(unsubscribe="mailto:stop@example.org")
    assert "coachd digest pause" not in stopped
    assert ("mailto:stop@example.org" if part == "text" else "Stop these mails") in stopped


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
    r"\b(must|should|need to|wrong|bad|fail\w*|lazy|danger\w*|risk\w*|injur\w*|overtrain\w*|warnings?|alert|red|weight|"
    r"calories|body shape|you always|scor\w+|rank\w*|grade\w*)\b|!",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", sorted(shipped("templates").glob("*.j2")), ids=lambda path: path.name)
def test_templates_use_none_of_the_words_that_lecture(path):
    words = re.sub(r"<style>.*?</style>|<[^>]*>|\{[%#].*?[%#]\}", " ", path.read_text(), flags=re.DOTALL)
    assert not BANNED.findall(words)


@pytest.mark.parametrize("name", ["weekly", "quiet", "same-day", "first", "notice"])
@pytest.mark.parametrize("part", ["text", "html", "short", "subject"])
def test_no_mail_lectures_or_raises_its_voice(name, part):
    seen = getattr(samples.all_mails()[name], part)
    seen = Page(seen).text if part == "html" else seen
    # the one answer that a runner gives about us is theirs to word
    assert not BANNED.findall(seen.replace("this number is wrong", ""))


def test_a_mail_on_the_day_is_one_nudge_and_how_to_answer_it():
    answers = {(STRENGTH.rule, STRENGTH.subject): (Answer("helpful", "helpful", url="mailto:a@example.org?subject=x"),)}
    message = compose.same_day(
        Athlete(id="robin", email="robin@example.org"), STRENGTH, (STRAVA,),
        mail_from="coach@example.org", message_key="robin:same_day:2026-11-22", answers=answers,
    )  # fmt: skip
    assert message.subject == STRENGTH.title
    assert message.to == "robin@example.org"
    assert message.headers["Coachd-Digest"] == "robin:same_day:2026-11-22"
    for seen in (flat(message.text), Page(message.html).text):
        for words in (STRENGTH.text, STRENGTH.why, "View on Strava", "helpful", "Mondays at 06:00", MEDICAL):
            assert words in seen
    assert message.short == f"{STRENGTH.title}.\n\n{STRENGTH.text}\n\nData from Garmin Forerunner 265."
    assert message.payload["kind"] == "same_day"


def test_the_first_mail_says_what_is_believed_from_where_and_what_corrects_it():
    message = compose.first(sample.BELIEFS, mail_from="coach@example.org", message_key="me:first:first")
    for seen in (flat(message.text), Page(message.html).text):
        easy = seen.index("Easy ceiling 150 bpm 89 % of threshold 168. coachd athlete set easy_hr_ceiling=150")
        assert seen.index("Usual week 44 km in 4 runs") < easy
        assert easy < seen.index("What I cannot judge yet") < seen.index("Sleep no nights are known")
        assert "80 rules ready" in seen
    assert message.subject == "What I believe about you"
    assert "Easy ceiling: 150 bpm." in message.short


def test_the_post_is_the_week_and_the_texts_that_matter():
    short = weekly().short
    assert short.startswith("47.0 km, 4 runs; 4 h 11 min, 1 strength session, 2 rest days, usual week 43.2 km.")
    assert short.index(PRAISE.text) < short.index(STRENGTH.text)
    assert NOTE.text not in short
    assert "quiet week" in weekly(nudges=()).short


@given(name=st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
@settings(max_examples=25, deadline=None)
def test_no_name_breaks_a_mail_or_gets_into_its_head(name):
    nudge = replace(STRENGTH, title=name, text=name, evidence=((name, name),))
    digest = a_digest(
        nudges=(nudge,), links=(replace(STRAVA, name=name, device=f"Garmin {name}"),), left_out=(name,),
        follow_ups=(FollowUp(name, ((name, name),), (), "same", name),), corrections=(name,),
        shoes=(ShoeLevel(name, 1.0, 2.0, 0.5),), ahead=Ahead(MONDAY, (RaceAhead(name, MONDAY, 1, 10_000.0, "A"),)),
    )  # fmt: skip
    written = datetime(2026, 11, 23, 6, tzinfo=UTC)
    for message in (
        compose.weekly(digest, mail_from="coach@example.org", message_key="k"),
        compose.same_day(digest.athlete, nudge, digest.links, mail_from="coach@example.org", message_key="k"),
        compose.first(Beliefs(digest.athlete, MONDAY, (Belief(name, name, name, name),)), mail_from="c@example.org",
                      message_key="k"),
    ):  # fmt: skip
        head = as_bytes(message, written).split(b"\r\n\r\n", 1)[0].decode("ascii")
        assert {line.split(":")[0] for line in head.split("\r\n") if line[0] not in " \t"} <= {
            "Subject", "Date", "Message-ID", "To", "From", "List-Id", "Auto-Submitted", "X-Auto-Response-Suppress",
            "In-Reply-To", "References", "Coachd-Digest", "MIME-Version", "Content-Type",
        }  # fmt: skip
        assert len(message.short) <= 900


def test_the_fullest_mail_with_the_longest_names_is_far_from_being_clipped():
    long = "Überlänge 🏃 " * 1_000
    nudge = replace(
        STRENGTH, title=long, text=long, why=long, contested=long, judged_by=long, sources=(long,) * 5,
        evidence=((long, long),) * 10, activities=tuple(range(40)), closing=True,
    )  # fmt: skip
    answers = {(nudge.rule, nudge.subject): tuple(
        Answer("quiet", "quiet for 4 weeks", url="mailto:answers@example.org?subject=" + "t" * 60) for _ in range(4)
    )}  # fmt: skip
    digest = a_digest(
        nudges=(nudge, nudge, replace(nudge, kind="praise"), replace(nudge, kind="note")),
        links=tuple(replace(STRAVA, id=i, name=long, device=f"Garmin {long}") for i in range(40)),
        left_out=(long,) * 200, corrections=(long,) * 50, shoes=(ShoeLevel(long, 1.0, 2.0, 0.5),) * 30,
        follow_ups=(FollowUp(long, ((long, long),) * 9, ((long, long),) * 9, "same", long),) * 4,
        ahead=Ahead(MONDAY, tuple(RaceAhead(long, MONDAY, 1, 10_000.0, "A") for _ in range(30))), easy_share=0.8,
    )  # fmt: skip
    message = compose.weekly(
        digest, mail_from="coach@example.org", message_key="k", answers=answers, unsubscribe="mailto:stop@example.org"
    )
    assert len(message.html.encode()) < 60_000
    assert "And 194 more." in message.text
