"""`flask search rebuild | verify`."""

import sys

import click
from flask import Flask
from flask.cli import AppGroup

from search_index import sync
from search_index.engines import IndexMissing, WriterBusy

search_commands = AppGroup("search", help="The search index.")


def init_app(app: Flask) -> None:
    """Add the commands to `app`."""
    app.cli.add_command(search_commands)


@search_commands.command("rebuild")
def rebuild_command() -> None:
    """Build the index anew beside the old one, then swap."""
    click.echo("Building the search index")
    try:
        with click.progressbar(length=1, file=sys.stdout) as bar:
            built = sync.rebuild(_advance(bar))
    except WriterBusy as error:
        raise click.ClickException("Another process is building the index.") from error
    click.echo(f"{built} documents")


@search_commands.command("verify")
def verify_command() -> None:
    """Compare the index with the database and repair what differs."""
    click.echo("Comparing the search index with the database")
    try:
        with click.progressbar(length=1, file=sys.stdout) as bar:
            repaired = sync.verify(_advance(bar))
    except IndexMissing as error:
        raise click.ClickException("There is no index that fits; `flask search rebuild` makes one.") from error
    click.echo(f"{repaired} documents repaired")


def _advance(bar: "click._termui_impl.ProgressBar[int]") -> sync.Progress:
    def advance(done: int, total: int) -> None:
        bar.length = max(total, 1)
        bar.update(done - bar.pos)

    return advance
