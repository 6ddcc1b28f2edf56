"""Everything that can go wrong in a way we expect, and what to do about it.

    CoachdError
    ├── ConfigProblem       a setting is missing or wrong
    ├── InputProblem        a file or argument the user gave cannot be used
    │   └── BrokenFile      an activity file of which nothing can be read
    ├── RuleProblem         a rule file does not load, or its own tests fail
    ├── StoreProblem        the database cannot be used as it is
    ├── AlreadyRunning      another coachd owns the state folder
    ├── ReconnectNeeded     a source refuses us until the athlete connects it again
    ├── OperatorNeeded      a source refuses us until the operator acts (app inactive, athlete limit)
    ├── TryLater            a source asks us to wait, or is down
    ├── MailboxProblem      the mailbox that answers arrive in cannot be read
    └── DeliveryProblem     a message could not be handed over, for good or for now

An error's type says what to do next; `cli` is the one place that turns it into words on a terminal.
Every message is a full sentence about what happened; `advice` says what the reader can do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


class CoachdError(Exception):
    """An expected problem. `exit_code` is what a command ends with; `advice` is the next step."""

    exit_code = 1
    advice = ""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        if advice:
            self.advice = advice


class ConfigProblem(CoachdError):
    """One or more settings are missing or wrong; `problems` names each of them."""

    exit_code = 2

    def __init__(self, problems: str | Sequence[str], advice: str = "") -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems), advice)


class InputProblem(CoachdError):
    """A file or an argument that the user gave cannot be used."""

    exit_code = 2


class BrokenFile(InputProblem):
    """An activity file of which nothing can be used.

    `reason` goes on from "it cannot be used:" and holds nothing of this one file, so that a report can count by it.
    """

    advice = "Export it again from where it came from; the other files are not affected."

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(f"The activity file cannot be used: {reason}.", advice)
        self.reason = reason


class RuleProblem(CoachdError):
    """A rule file does not load, or a rule's own tests fail; `problems` lists all of them."""

    exit_code = 2

    def __init__(self, problems: str | Sequence[str], advice: str = "") -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n\n".join(self.problems), advice)


class StoreProblem(CoachdError):
    """The database cannot be used as it is."""

    exit_code = 3


class AlreadyRunning(CoachdError):
    """Another coachd process owns this state folder."""

    exit_code = 4


class ReconnectNeeded(CoachdError):
    """A source refuses us until the athlete connects it again. `state` is the connection's state."""

    exit_code = 5

    def __init__(self, message: str, advice: str = "", state: str = "revoked") -> None:
        super().__init__(message, advice)
        self.state = state


class OperatorNeeded(CoachdError):
    """A source refuses us until the operator acts. `state` is the connection's state."""

    exit_code = 5

    def __init__(self, message: str, advice: str = "", state: str = "inactive") -> None:
        super().__init__(message, advice)
        self.state = state


class TryLater(CoachdError):
    """A source asks us to wait, or cannot be reached. `until` is when it is worth trying again."""

    exit_code = 75

    def __init__(self, message: str, until: datetime, advice: str = "", state: str = "waiting") -> None:
        super().__init__(message, advice)
        self.until = until
        self.state = state


class MailboxProblem(CoachdError):
    """The mailbox that answers arrive in cannot be read."""

    exit_code = 6


class DeliveryProblem(CoachdError):
    """A message could not be handed over.

    `permanent` says that trying again is useless; `unknown` that the message may have arrived all the same; `slow` that
    the way out kept us waiting, so that other messages had better not try it at once.
    """

    exit_code = 6

    def __init__(
        self, message: str, *, permanent: bool = False, unknown: bool = False, slow: bool = False, advice: str = ""
    ) -> None:
        super().__init__(message, advice)
        self.permanent = permanent
        self.unknown = unknown
        self.slow = slow
