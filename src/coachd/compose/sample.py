"""An invented runner's messages, with everything in them that a message can hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

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

MONDAY = date(2026, 11, 16)
SUNDAY = MONDAY + timedelta(days=6)
ROBIN = Athlete(email="robin@example.org", zone="Europe/Amsterdam")

EASY = Nudge(
    rule="easy-run-too-fast",
    subject="2026-W47",
    kind="nudge",
    severity=2,
    family="easy",
    title="Easy runs a little fast",
    text="3 of your last 6 easy runs averaged 155 bpm; your easy ceiling is 150 bpm. Easy days that stay easy often "
    "leave more for the next session. On the next one, try the first 20 minutes slow enough to talk in sentences.",
    why="Easy days that stay easy often leave more for the hard ones.",
    sources=("Stöggl 2014", "Casado 2022"),
    contested="How much of training has to be easy.",
    evidence=(("easy runs judged", "6"), ("of them hot", "3"), ("their heart rate", "155 bpm")),
    activities=(1, 2),
    fed_by=("strava",),
    judged_by="I use 150 bpm: 89 % of threshold 168, from your 10 km in May.",
    setting="easy_hr_ceiling",
)
STRENGTH = replace(
    EASY, rule="strength-short", severity=1, family="strength", title="Strength took a week off",
    text="Strength: none last week, two in each of the weeks before. Twenty minutes is enough: squats, lunges, calf "
    "raises, a plank. Straight after an easy run is an option.",
    why="Two short sessions a week make runners stronger and more economical.", contested="", judged_by="", setting="",
    evidence=(("sessions last week", "0"), ("sessions the week before", "2")), closing=True,
)  # fmt: skip
CONSISTENT = replace(
    EASY, rule="consistency", kind="praise", severity=1, family="praise", title="Twelve weeks in a row",
    text="12 weeks in a row with at least 3 runs: 53 runs and 480 km in total.", contested="", judged_by="", setting="",
    why="That regularity is what most of the gains come from.", evidence=(("weeks", "12"),), activities=(),
)  # fmt: skip
UNTRACKED = replace(
    CONSISTENT, rule="shoe-untracked", kind="note", family="data", title="Runs without a shoe",
    text="4 of 5 runs name no shoe, so I cannot count their kilometres.", why="", evidence=(), sources=(),
)  # fmt: skip

WEEKS = tuple(
    WeekStats(MONDAY - timedelta(weeks=11 - number), km * 1000.0, km * 345.0, 4, 2, 2)
    for number, km in enumerate([32.0, 36.5, 40.1, 28.0, 38.0, 42.5, 45.0, 31.0, 44.0, 47.2, 49.9, 47.0])
)
DAYS = (
    DayStats(MONDAY, ()),
    DayStats(MONDAY + timedelta(days=1), ("run", "strength"), 8_000.0, 2_760.0),
    DayStats(MONDAY + timedelta(days=2), ("run",), 10_500.0, 3_400.0),
    DayStats(MONDAY + timedelta(days=3), ("strength",)),
    DayStats(MONDAY + timedelta(days=4), ()),
    DayStats(MONDAY + timedelta(days=5), ("run",), 7_500.0, 2_700.0),
    DayStats(SUNDAY, ("run",), 21_100.0, 7_500.0),
)
QUIET = Digest(
    athlete=ROBIN,
    period=Period("2026-W47", MONDAY, SUNDAY),
    week=WEEKS[-1],
    usual_distance_m=44_000.0,
    days=DAYS,
    weeks=WEEKS,
    rules_checked=80,
)
FULL = replace(
    QUIET,
    nudges=(CONSISTENT, EASY, STRENGTH, UNTRACKED),
    links=(
        ActivityLink(1, "Morning Run", SUNDAY, "https://www.strava.com/activities/1", "Garmin Forerunner 265"),
        ActivityLink(2, "ריצת ערב 🏃", MONDAY + timedelta(days=2), "https://www.strava.com/activities/2"),
    ),
    left_out=("Treadmill on 18 November: its pace comes from the belt.", "2 of 7 nights are missing."),
    follow_ups=(
        FollowUp("No rest day", (("days in a row", "12"),), (("days in a row", "4"),), "eased", "helpful"),
        FollowUp("A big step up", (("against the weeks before", "+32 %"),), (), "unknown"),
    ),
    corrections=("“Evening run” (Sat 7 Nov) was removed since; “A big step up” of last week no longer holds.",),
    ahead=Ahead(
        MONDAY + timedelta(days=7),
        races=(RaceAhead("Dunes half marathon", MONDAY + timedelta(days=33), 26, 21_097.5, "A"),),
        rest_days=(MONDAY + timedelta(days=7), MONDAY + timedelta(days=11)),
        rest_days_kept=(MONDAY, MONDAY + timedelta(days=4)),
        long_run_m=(16_000.0, 18_000.0),
    ),
    shoes=(ShoeLevel("Blue pair", 603_000.0, 640_000.0, 0.9),),
    easy_share=0.78,
    longest_run=LongestRun(SUNDAY, 21_100.0, 18_800.0, 1.12),
    devices=("Garmin Forerunner 265",),
)
BELIEFS = Beliefs(
    ROBIN,
    SUNDAY,
    known=(
        Belief("Usual week", "44 km in 4 runs", "the last 12 weeks"),
        Belief("Easy ceiling", "150 bpm", "89 % of threshold 168", "coachd athlete set easy_hr_ceiling=150"),
        Belief("Shoes", "Blue pair, 603 km", "Strava", "coachd athlete edit"),
    ),
    unknown=(Belief("Sleep", "no nights are known", "", "coachd athlete set tracks=no-sleep"),),
    rules_checked=80,
)
ANSWERS = {
    ("easy-run-too-fast", "2026-W47"): (
        Answer("helpful", "helpful", url="mailto:coach@example.org?subject=coachd%20AAAAAAAAAA"),
        Answer("not_for_me", "not for me", url="mailto:coach@example.org?subject=coachd%20BBBBBBBBBB"),
        Answer("quiet", "quiet for 4 weeks", url="mailto:coach@example.org?subject=coachd%20CCCCCCCCCC"),
        Answer("wrong_number", "this number is wrong", url="mailto:coach@example.org?subject=coachd%20DDDDDDDDDD"),
    ),
    ("strength-short", "2026-W47"): (
        Answer("helpful", "helpful", command="coachd feedback strength-short helpful"),
        Answer("not_for_me", "not for me", command="coachd feedback strength-short not-for-me"),
        Answer("quiet", "quiet for 4 weeks", command="coachd feedback strength-short quiet"),
    ),
}  # fmt: skip
UNSUBSCRIBE = "mailto:coach@example.org?subject=coachd%20EEEEEEEEEE"
