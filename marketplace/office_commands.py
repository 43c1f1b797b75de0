"""`flask moderator add | remove`, `flask audit verify | shares`: what only whoever has the machine may do."""

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from marketplace.applications import queries as applications
from marketplace.audit import queries as audit
from marketplace.contracts import queries as contracts
from marketplace.db import commit, writing
from marketplace.errors import DomainError
from marketplace.moderation import service


def init_app(app: Flask) -> None:
    """Add the commands to `app`."""
    app.cli.add_command(moderator)
    app.cli.add_command(audit_group)


moderator = AppGroup("moderator", help="Say who is a moderator.")
audit_group = AppGroup("audit", help="Look whether what must always be true is true.")


@moderator.command("add")
@click.argument("username")
@with_appcontext
def add_command(username: str) -> None:
    """Make a member a moderator, and print the secret of their second factor, once."""
    with writing():
        try:
            secret = service.add_moderator(username)
        except DomainError as error:
            raise click.ClickException(error.sentence) from error
        commit()
    click.echo(f"{username} is a moderator now.")
    if secret is None:
        click.echo("Their own second factor stays as it is.")
    else:
        click.echo(f"Secret for the authenticator app, shown this once: {secret}")


@moderator.command("remove")
@click.argument("username")
@with_appcontext
def remove_command(username: str) -> None:
    """End that a member is a moderator, at their next request."""
    with writing():
        try:
            service.remove_moderator(username)
        except DomainError as error:
            raise click.ClickException(error.sentence) from error
        commit()
    click.echo(f"{username} is no moderator any more.")


@audit_group.command("verify")
@with_appcontext
def verify_command() -> None:
    """Tell whether the audit trail is whole; ends with 1 and the number of the first entry that is not."""
    broken = audit.first_break()
    if broken is not None:
        raise click.ClickException(f"The chain breaks at entry {broken}.")
    click.echo("The audit trail is whole.")


@audit_group.command("shares")
@with_appcontext
def shares_command() -> None:
    """Tell whether the shares of each team make 100 percent; ends with 1 and the numbers of those that do not."""
    for what, broken in (("applications", applications.broken_shares()), ("contracts", contracts.broken_shares())):
        if broken:
            numbers = ", ".join(str(number) for number in broken)
            raise click.ClickException(f"The shares of these {what} do not make 100: {numbers}.")
    click.echo("All shares make 100.")
