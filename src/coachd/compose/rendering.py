"""Templates with a message's values in them: the shipped ones, or the operator's own of the same name.

An own template sees the same values. It runs in Jinja's sandbox, with a bound on its steps and on what it writes; one
that fails is passed over for the shipped one, and the log says so once. That guards against mistakes: who may write
into that folder is the operator.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from coachd.compose.words import aligned, capitalised, one_line, sentence, unbroken, wrapped
from coachd.resources import shipped

if TYPE_CHECKING:
    from css_inline import CSSInliner

log = logging.getLogger("coachd")

MOST_STEPS = 100_000
"""Lines that an own template may run through; a full digest takes about a thousand."""

MOST_CHARACTERS = 200_000
LONGEST_REPEAT = 10_000


def text_and_html(name: str, view: Mapping[str, Any], own: Path | None) -> tuple[str, str]:
    """The two parts of the message `name`, e.g. `digest`; styles of the HTML stand in its elements."""
    return rendered(f"{name}.txt.j2", view, own), _inliner().inline(rendered(f"{name}.html.j2", view, own))


def rendered(name: str, view: Mapping[str, Any], own: Path | None) -> str:
    """One template with its values, from the folder of own templates if there is one and it works."""
    if own is not None:
        try:
            return rendered_from(own, name, view)
        except Exception as problem:  # noqa: BLE001  # whatever an own template does, the mail goes out; it is logged
            _warn_once(str(own), name, what_went_wrong(problem))
    return _shipped().get_template(name).render(view)


def rendered_from(own: Path, name: str, view: Mapping[str, Any]) -> str:
    """The same from the own templates, and from shipped ones where there is none of the name.

    Raises whatever the template raises, and SecurityError for one that does or writes too much.
    """
    own = own.resolve()
    template = _fenced(own).get_template(name)
    parts, size = [], 0
    with _counting_steps(own):
        for part in template.generate(view):
            parts.append(part)
            size += len(part)
            if size > MOST_CHARACTERS:
                raise SecurityError(f"it writes more than {MOST_CHARACTERS:,} characters")
    return "".join(parts)


def what_went_wrong(problem: Exception) -> str:
    """An own template's failure in a few words."""
    return one_line(f"{type(problem).__name__}: {problem}", 200)


@lru_cache(maxsize=64)
def _warn_once(folder: str, name: str, problem: str) -> None:
    # remembered by the cache: the same mistake is said once and not for every mail
    log.warning("your template %s in %s does not work, the shipped one is used instead: %s", name, folder, problem)


@contextmanager
def _counting_steps(own: Path) -> Iterator[None]:
    """Raises SecurityError in a template of the folder that runs through too many lines: Jinja has no such limit."""
    steps, folder, before = 0, str(own), sys.gettrace()

    def local(_frame: FrameType, _event: str, _arg: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps > MOST_STEPS:
            raise SecurityError(f"it takes more than {MOST_STEPS:,} steps")
        return local

    def enter(frame: FrameType, event: str, arg: Any) -> Any:
        return local(frame, event, arg) if frame.f_code.co_filename.startswith(folder) else None

    sys.settrace(enter)
    try:
        yield
    finally:
        sys.settrace(before)


class _Fenced(ImmutableSandboxedEnvironment):
    """The sandbox, without the two signs that make a gigabyte out of one line."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        sizes = [len(side) if isinstance(side, str | list | tuple) else side for side in (left, right)]
        if operator == "**" or (sizes != [left, right] and sizes[0] * sizes[1] > LONGEST_REPEAT):
            raise SecurityError(f"{operator} makes too much of too little")
        return super().call_binop(context, operator, left, right)


def _made(environment: type[Environment], loader: BaseLoader) -> Environment:
    made = environment(
        loader=loader,
        autoescape=select_autoescape(["html.j2"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(wrapped=wrapped, aligned=aligned, capitalised=capitalised, sentence=sentence, unbroken=unbroken)
    return made


@lru_cache(maxsize=1)
def _shipped() -> Environment:
    return _made(Environment, FileSystemLoader(shipped("templates")))


def _fenced(own: Path) -> Environment:
    # Jinja sees that a file was changed or removed, but not that one was added in front of another
    return _fenced_with(own, tuple(sorted(path.name for path in own.rglob("*.j2"))))


@lru_cache(maxsize=4)
def _fenced_with(own: Path, _names: tuple[str, ...]) -> Environment:
    return _made(_Fenced, ChoiceLoader([FileSystemLoader(own), FileSystemLoader(shipped("templates"))]))


@lru_cache(maxsize=1)
def _inliner() -> CSSInliner:
    from css_inline import CSSInliner

    # at-rules stay in a style block: they are the dark mode
    return CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)
