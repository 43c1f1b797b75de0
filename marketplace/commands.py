"""`flask serve | migrate | demo | drain | outbox | upkeep`; those of the moderators stand in office_commands."""

import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import func, make_url, select

from marketplace import demo, errands, migrate, office_commands, outbox, serving, transparency_commands
from marketplace.careers import service as careers
from marketplace.clock import now
from marketplace.config import Settings
from marketplace.db import commit, db, truncate_if_asked, writing


def init_app(app: Flask) -> None:
    """Add the commands to `app`."""
    for command in (serve_command, migrate_command, demo_command, drain_command, outbox_command, upkeep_command):
        app.cli.add_command(command)
    office_commands.init_app(app)
    transparency_commands.init_app(app)


@click.command("serve")
@with_appcontext
def serve_command() -> None:
    """Prepare what is missing, then start web server, drain and clock."""
    settings = _settings()
    try:
        with serving.sole_run(settings):
            serving.require_free_port(settings)
            _prepare_and_serve(settings)
    except serving.AlreadyServed as error:
        raise click.ClickException(
            f"Musubi already runs on {settings.data_dir}. End it first, or set MARKETPLACE_DATA_DIR to another folder."
        ) from error
    except serving.CannotListen as error:
        raise click.ClickException(f"{error}. Set HOST or PORT to another one.") from error


def _prepare_and_serve(settings: Settings) -> None:
    if migrate.current() != migrate.head():
        _run_first("migrate")
    if settings.demo and demo.is_empty():
        _run_first("demo")
    if not settings.search_index_dir.exists():
        _run_first("search", "rebuild")
    # What another process wrote meanwhile is seen by a new transaction only.
    db.session.rollback()
    sign_ins = demo.sign_ins() if settings.demo else []
    # The processes that follow are copies of this one: no connection may be open when they are made.
    db.session.close()
    db.engine.dispose()
    serving.serve(settings, lambda: _greet(settings, sign_ins))


@click.command("migrate")
@with_appcontext
def migrate_command() -> None:
    """Bring the database to the newest revision; an SQLite file is copied first."""
    current, head = migrate.current(), migrate.head()
    if current == head:
        click.echo(f"The database is up to date ({head}).")
        _learn_skills()
        return
    if current and _settings().is_sqlite:
        # SQLite's changes of tables are not undone when one fails: the copy is the way back.
        click.echo(f"Copying the database to {_back_up(current)}")
    click.echo(f"Migrating the database to {head}")
    migrate.upgrade()
    _learn_skills()


def _learn_skills() -> None:
    """Add what the table of skills knows and the database does not."""
    with writing():
        if added := careers.add_known_skills():
            click.echo(f"Skills added to the table: {added}")
        commit()


@click.command("demo")
@with_appcontext
def demo_command() -> None:
    """Fill the empty database with a believable little world."""
    # Said before the first question: a transaction that began by reading only cannot write later.
    with writing():
        if not demo.is_empty():
            raise click.ClickException("The database is not empty; the demo world goes into an empty one only.")
        click.echo("Making the demo world")
        with click.progressbar(length=1, file=sys.stdout) as bar:

            def advance(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            demo.load(advance)
        commit()


@click.command("drain")
@with_appcontext
def drain_command() -> None:
    """Do all errands that are due, once."""
    click.echo(f"{outbox.drain()} done, {_waiting()} waiting.")
    truncate_if_asked()


@click.command("outbox")
@with_appcontext
def outbox_command() -> None:
    """List what waits to be done, by topic, with an error of those that failed."""
    topic, attempts, error = outbox.Errand.topic, outbox.Errand.attempts, outbox.Errand.last_error
    waiting = select(topic, func.count(), func.max(attempts), func.max(error)).group_by(topic).order_by(topic)
    for name, count, most, why in db.session.execute(waiting):
        click.echo(f"{count:6} {name}" + (f"  tried {most} times: {why}" if why else ""))
    click.echo(f"{_waiting():6} altogether")


@click.command("upkeep")
@with_appcontext
def upkeep_command() -> None:
    """Do now what the clock does every night."""
    failed = errands.upkeep()
    truncate_if_asked()
    if failed:
        raise click.ClickException(f"{failed} nightly deeds failed; the log says why.")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _run_first(*words: str) -> None:
    """Run another command to its end in a process of its own, so that nothing it opened is inherited."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    done = subprocess.run(command, cwd=current_app.root_path, check=False)  # noqa: S603 – our own words
    if done.returncode:
        raise click.ClickException(f"`flask {shlex.join(words)}` failed.")


def _greet(settings: Settings, sign_ins: list[demo.SignIn]) -> None:
    click.echo(f"\n結び Musubi is at {settings.public_url} (Ctrl-C ends it)")
    if settings.rate_limits != 1:
        click.echo(f"Rate limits are {f'multiplied by {settings.rate_limits:g}' if settings.rate_limits else 'off'}.")
    if sign_ins:
        click.echo("Demo sign-ins:")
    for sign_in in sign_ins:
        click.echo(f"  {sign_in.email}  {sign_in.password}  {sign_in.name} / {sign_in.about}")
    if sign_ins:
        click.echo(f"The moderator's number is {demo.number_of_moderator()} now; their app holds {demo.SECRET}.")


def _back_up(revision: str) -> Path:
    """Copy the SQLite file as it is at `revision`, also while others write to it."""
    path = _settings().data_dir / "backups" / f"{now():%Y%m%d-%H%M%S}-{revision}.db"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = sqlite3.connect(str(make_url(_settings().database_url).database))
    path.touch(mode=0o600)
    target = sqlite3.connect(path)
    with source, target:
        source.backup(target)
    source.close()
    target.close()
    return path


def _waiting() -> int:
    return db.session.scalar(select(func.count()).select_from(outbox.Errand)) or 0
