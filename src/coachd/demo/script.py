"""What the invented runner Robin does in a year, a line a week, and the language that it is written in.

From an easy base over a half marathon, a trail summer, an illness and a marathon to a winter of short races.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_MONDAY = date(2025, 1, 6)

SCRIPT = """
1 base  | - E7 G25 E8 G25 E6 L11
2 base  | G25 E7+S X45 E8 G25 E6+S L12
3 base  | G25 E7! G25 E8! X45,G25 E6! L12
4 base  | G25 E7 X45 E8 G25 E6 L13
5 base  | G25 E8 G25 E8 G25 E7 L13
6 base  | G25 E8+S G25 E9 X45,G25 E7+S L14
7 base  | G25 E8+H G25 E8+S G25 E7 L12
8 build | G25 E8 W10 - E8+S,G25 E6 L14
9 build | G25 E8 W10 - E9+S,G25 E6 L15
10 build| G25 E9 W11 - E9,G25 E7 L16
11 build| G25 E8 E8+S - E7 E5 L12
12 build| G25 E9 W11 - T10,G25 E7 L16
13 build| G25 E9 W11 - E9,G25 E7 L21
14 build| - W11 T11 - E9 W10 L17
15 build| G25 E8 E8+S - E7,G25 E5 L13
16 build| G25 E9! W12 - T11,G25 E7 L18
17 build| G25 E9! W12 - T11,G25 E7! L19
18 taper| G25 E8 W9 - E7 E5 L12
19 taper| - E6 W7 - E5+S - RACE21.1@46.0:"City Half Marathon"
20 rest | - - - - - - E5
21 rest | - E6 - E7 - X45 E8
22 base | G25 E7 X45 E8 G25 - TR14/520
23 base | G25 E7+S X45 E8 G25 E6 TR8/180
24 base | G25 E8+S X45 E8 G25 E6 TR10/260
25 base | G25 E8 G25 E8+S - E6 TR15/820
26 base | W9 E8 G25 E8+S G25 E6 TR9/200
27 base | G25 E8^ G25 E9^ G25 E7^+S L14^
28 build| G25 E8^ W10^ - E8 - -
29 sick | - - - - - - -
30 build| - E9 W10 - E9 E7 L16
31 build| G25 E8 E8 - E8+S,G25 E6 L14
32 build| G25 E9 W11 - E9+S,G25 E7 L15
33 build| G25 E9 W11 - T11,G25 E7 L17
34 build| G25 E10 W12 - T11,G25 E7 L18
35 build| G25 E10 W12 - T12,G25 E8 L20
36 build| G25 E10 W12 - T12,G25 E8 L22
37 build| G25 E10 W12 - T12,G25 E8 L24
38 build| - E10 W12 - T12 E8 L26
39 build| - E9 E9+S - E8 E6 L20
40 build| G25 E10 W13 - T12,G25 E8 L28
41 build| E9 E10 W13 E9 T12 E10 L30
42 taper| E8 E9 W12 E8 T12 E8 L24
43 taper| - E7 W7 - E5+S - RACE42.2@46.5:"Autumn Marathon"
44 rest | - - - - - - -
45 rest | - E5 - W8 - E6 -
46 rest | G25 E6 - E8 G25 E8 L11
47 race | G25 E7 - E8 E5+S RACE5@46.5:"Park 5k" E8
48 race | - E7 W8 - E7 E5 RACE10@46.3:"Turkey Trot 10k"
49 race | - E7 - E8 - RACE5@46.2:"Santa 5k" E9
50 race | - E7 W8 - E6 E5 RACE15@45.5:"Winter 15k"
51 base | G25 E7 X45 E8 G25 - L12
52 base | G25 E7+S X45 E8+S G25 E6 L12
"""
"""A week per line, Monday to Sunday: E easy, L long, W intervals, T tempo, each with km; TR trail km/climb; G strength
and X ride with minutes; RACE km@VDOT:"name"; `!` too fast, `+S` with strides, `+H` hilly, `^` a hot day, `,` a second
session, `-` nothing. The word before the bar is the phase that Robin declares."""

OFFICIAL_M = {21.1: 21_097.5, 42.2: 42_195.0}
NAMES = {
    "E": "Morning Run", "L": "Long Run", "TR": "Trail Run", "W": "Intervals", "T": "Tempo Run", "X": "Evening Ride",
    "G": "Strength Training",
}  # fmt: skip

DAY_OF_SESSIONS = re.compile(r'(?:[^\s"]|"[^"]*")+')
SESSION = re.compile(
    r'(?P<kind>RACE|TR|[ELWTGX])(?P<amount>[\d.]+)(?:/(?P<climb>\d+))?(?:@(?P<vdot>[\d.]+):"(?P<name>[^"]+)")?'
    r"(?P<marks>(?:!|\^|\+S|\+H)*)"
)


@dataclass(frozen=True)
class Session:
    """One entry of the script, the first or second of its day. `amount` is km; minutes for strength and rides."""

    week: int
    weekday: int
    slot: int
    kind: str
    amount: float
    climb_m: float | None
    race_vdot: float | None
    name: str
    marks: str

    @property
    def distance_m(self) -> float:
        return OFFICIAL_M.get(self.amount, self.amount * 1000.0)


def week_monday(week: int, first_monday: date = FIRST_MONDAY) -> date:
    """The Monday that begins a week of the script; the first week is 1."""
    return first_monday + timedelta(weeks=week - 1)


def entries(script: str) -> list[tuple[int, str, list[Session]]]:
    """Week, declared phase and sessions of every line. Raises ValueError for an entry outside the script's language."""
    weeks = []
    for line in script.strip().splitlines():
        head, _, days = line.partition("|")
        week, phase = head.split()
        found = [
            _session(int(week), weekday, slot, entry)
            for weekday, day in enumerate(DAY_OF_SESSIONS.findall(days))
            for slot, entry in enumerate(day.split(","))
            if entry != "-"
        ]
        weeks.append((int(week), phase, found))
    return weeks


def _session(week: int, weekday: int, slot: int, entry: str) -> Session:
    match = SESSION.fullmatch(entry)
    if match is None:
        raise ValueError(f"{entry!r} in week {week} is not an entry of the script's language")
    kind, climb, vdot = match["kind"], match["climb"], match["vdot"]
    name = match["name"] or NAMES.get(kind, "Race")
    return Session(
        week=week,
        weekday=weekday,
        slot=slot,
        kind=kind,
        amount=float(match["amount"]),
        climb_m=float(climb) if climb else None,
        race_vdot=float(vdot) if vdot else None,
        name=name + " with strides" if "+S" in match["marks"] else name,
        marks=match["marks"],
    )
