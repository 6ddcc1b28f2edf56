"""A group of commands that knows each of them by name and loads it only when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

Commands = Mapping[str, tuple[str, str]]
"""Command -> the module in this folder that holds it as `<command>_command`, and what --help says of it."""


class LazyGroup(click.Group):
    """A group whose `--help` is there at once, however heavy its commands are."""

    def __init__(self, *arguments: Any, lazily: Commands, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.lazily = lazily

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - its signature
        return list(self.lazily)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.lazily:
            return None
        if ctx.resilient_parsing:
            return click.Command(cmd_name)
        module = import_module(f"coachd.cli.{self.lazily[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in self.lazily.items()])
