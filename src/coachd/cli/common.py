"""What every command needs: the instance, the athlete, and output for people or machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from coachd import config, logs
from coachd.clock import SystemClock
from coachd.pipeline import Coach, opened

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine.")


def settings(ctx: click.Context) -> config.Settings:
    """The settings in force for this command."""
    found = config.load(state=ctx.find_root().obj["state"])
    logs.start(found.log_format)
    return found


@contextmanager
def instance(ctx: click.Context) -> Iterator[Coach]:
    """The instance in the state folder."""
    with opened(settings(ctx), SystemClock()) as coach:
        yield coach


def name(ctx: click.Context) -> str:
    """The athlete the command is about."""
    return str(ctx.find_root().obj["athlete"])


def emit(data: Any) -> None:
    """Print JSON."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False, default=str))
