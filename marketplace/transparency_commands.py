"""`flask transparency key | verify | audit`: what anybody may check, without asking us."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from marketplace.errors import Unavailable
from marketplace.transparency import queries, signing
from marketplace.transparency.checking import LARGEST, Flaw, Untrue, check, load_key

SENTENCES = {
    Flaw.UNREADABLE: "This is no receipt of a version that is known here.",
    Flaw.KEY: "The receipt was signed with another key than this one.",
    Flaw.SIGNATURE: "The signed head of the log was changed after it was signed.",
    Flaw.PROOF: "An entry with this content is not in the log that was signed.",
    Flaw.RECORD: "The record in the receipt is not the one that the entry holds the digest of.",
    Flaw.NO_KEY: "The file of the key holds no Ed25519 public key (PEM).",
}
LOST = "The key that signs the log is lost: put the copy of it back into the key store."
READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)

transparency = AppGroup("transparency", help="Check receipts of the public log.")


def init_app(app: Flask) -> None:
    """Add the commands to `app`."""
    app.cli.add_command(transparency)


@transparency.command("key")
@with_appcontext
def key_command() -> None:
    """Print the published key, by which everybody can check receipts."""
    try:
        click.echo(signing.published_key().decode(), nl=False)
    except Unavailable as error:
        raise click.ClickException(LOST) from error


@transparency.command("verify")
@click.argument("file", type=READABLE)
@click.option("--key", type=READABLE, help="The file of the published key; without it, the key of this installation.")
@with_appcontext
def verify_command(file: Path, key: Path | None) -> None:
    """Tell what the receipt in FILE proves; ends with 1 and the reason when it proves nothing. Reads no database."""
    try:
        pem = key.read_bytes() if key else signing.find_published_key()
        if pem is None:
            raise click.ClickException("This installation has no key: name the file of the published key by --key.")
        published = load_key(pem)
        with file.open("rb") as opened:
            proven = check(opened.read(LARGEST + 1), published)
    except Untrue as error:
        raise click.ClickException(SENTENCES[error.flaw]) from error
    click.echo(f"The receipt is true: entry {proven.index} ({proven.kind}) was made at {proven.at.isoformat()}")
    click.echo(f"and is in the log of {proven.size} entries that was signed at {proven.head_at.isoformat()}.")
    for name, value in sorted(proven.fields.items()):
        click.echo(f"  {name}: {value}")
    for name, value in sorted((proven.record or {}).items()):
        click.echo(f"  record, {name}: {value}")


@transparency.command("audit")
@with_appcontext
def audit_command() -> None:
    """Compute the whole log anew; ends with 1 and the first entries that do not fit when something was changed."""
    broken = queries.first_break()
    if broken is not None:
        raise click.ClickException(
            f"The log was changed: the first that does not fit is among the entries {broken.first} to {broken.last}."
        )
    click.echo(f"All {queries.size()} entries are what the log says.")
