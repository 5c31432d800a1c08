"""Help texts that fit into the terminal, of 40 columns too."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

# Click's own limits are 80 and 50, and a third of a wide terminal for the names of options.
WIDEST, NARROWEST = 80, 30
NAMES_SHARE = 0.35


class Help(click.HelpFormatter):
    """Puts long names on a line of their own where there is little room beside them."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names and their meanings."""
        super().write_dl(rows, min(col_max, int(self.width * NAMES_SHARE)), col_spacing)


class HelpfulGroup(click.Group):
    """A group whose help, and that of its commands, has the terminal's width."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401  # click's own signature
    ) -> click.Context:
        """The context, from which those of the commands inherit."""
        click.Context.formatter_class = Help
        columns = min(shutil.get_terminal_size().columns, WIDEST)
        extra.setdefault("terminal_width", max(columns - 2, NARROWEST))
        return super().make_context(info_name, args, parent, **extra)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each command with its whole first sentence."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, command.get_short_help_str(200)) for name, command in commands if command]
            )
