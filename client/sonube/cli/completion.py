"""Shell completion: the script to source, and the service's formats and presets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import requests
from click.shell_completion import CompletionItem, get_completion_class

from sonube.cli.connection import known_url
from sonube.transfer.web import WebSession

if TYPE_CHECKING:
    from collections.abc import Callable

SHELLS = ("bash", "zsh", "fish")
# The user is waiting after pressing Tab.
TIMEOUT_S = 1.5


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of SHELL.

    Add to the start-up file of bash or zsh: eval "$(sonube completion bash)" (or zsh); of fish: sonube
    completion fish | source.
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.ClickException(f"Completion is not available for {shell}. Valid: {', '.join(SHELLS)}.")
    click.echo(kind(ctx.find_root().command, {}, "sonube", "_SONUBE_COMPLETE").source())


def names_of(kind: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Complete the names under "formats" or "presets"; nothing if the service does not answer."""

    def complete(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:  # noqa: ARG001  # click's own signature
        return [
            CompletionItem(entry["name"], help=entry.get("description", entry.get("codec")))
            for entry in _listed(kind)
            if entry["name"].startswith(begun)
        ]

    return complete


def _listed(kind: str) -> list[dict[str, Any]]:
    try:
        listed: list[dict[str, Any]] = (
            WebSession().get(f"{known_url().rstrip('/')}/api/formats", timeout=TIMEOUT_S).json()[kind]
        )
    except (requests.RequestException, ValueError, KeyError):
        return []
    return listed
