"""Renders a mail in its reader's language and sends it; who is written to is decided above."""

from collections.abc import Mapping, Sequence
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from urllib.request import url2pathname

from flask import Flask, current_app, render_template
from flask_mailman import EmailMultiAlternatives, Mail
from flask_mailman.backends.base import BaseEmailBackend

from marketplace.config import Settings, SettingsError
from marketplace.i18n import speaking

SMTP_TIMEOUT_SECONDS = 20


class Folder(BaseEmailBackend):  # type: ignore[misc]  # Flask-Mailman has no types
    """Writes one `.eml` file a mail, named by its Message-ID: the same mail sent twice is one file."""

    def send_messages(self, email_messages: Sequence[EmailMultiAlternatives]) -> int:
        """Write `email_messages`, each whole or not at all."""
        folder = Path(current_app.config["MAIL_FOLDER"])
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for mail in email_messages:
            name = mail.extra_headers["Message-ID"].strip("<>").partition("@")[0]
            half_done = folder / f".{name}.part"
            half_done.write_bytes(mail.message().as_bytes())
            half_done.replace(folder / f"{name}.eml")
        return len(email_messages)


def init_app(app: Flask, settings: Settings) -> None:
    """Set up how mail leaves: `smtp://[user:password@]host[:port][?tls=1]`, `smtps://…` or a folder's `file:` URL."""
    url = urlsplit(settings.mail_url)
    if url.scheme == "file":
        app.config.update(MAIL_BACKEND=Folder, MAIL_FOLDER=url2pathname(url.path))
    elif url.scheme in {"smtp", "smtps"} and url.hostname:
        app.config.update(
            MAIL_BACKEND="smtp",
            MAIL_SERVER=url.hostname,
            MAIL_PORT=url.port or (465 if url.scheme == "smtps" else 25),
            MAIL_USERNAME=unquote(url.username) if url.username else None,
            MAIL_PASSWORD=unquote(url.password) if url.password else None,
            MAIL_USE_SSL=url.scheme == "smtps",
            MAIL_USE_TLS=parse_qs(url.query).get("tls") == ["1"],
            MAIL_TIMEOUT=SMTP_TIMEOUT_SECONDS,
        )
    else:
        raise SettingsError("MAIL_URL must begin with smtp:, smtps: or file:.")
    app.config["MAIL_DEFAULT_SENDER"] = settings.mail_from
    Mail(app)


def send(
    name: str, to: str, language: str, errand_id: int, headers: Mapping[str, str] | None = None, **context: Any
) -> None:
    """Send the mail `templates/mail/<name>/` to one address, with `headers` beside those that every mail has.

    The Message-ID is made from the errand, so that a mail that is sent twice after a crash is recognised as one.
    """
    settings: Settings = current_app.extensions["settings"]
    context["public_url"] = settings.public_url
    with speaking(language):
        subject = render_template(f"mail/{name}/subject.txt", **context).strip()
        text = render_template(f"mail/{name}/body.txt", **context)
        html = render_template(f"mail/{name}/body.html", **context)
    mail = EmailMultiAlternatives(
        subject=subject,
        body=text,
        to=[to],
        headers={
            **(headers or {}),
            "Message-ID": f"<{name}-{errand_id}@{settings.public_host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(html, "text/html")
    # Left to itself the library forgets to close a connection on which something went wrong.
    with mail.get_connection() as connection:
        connection.send_messages([mail])


def forget(address: str) -> None:
    """Delete the mails to `address` that lie in a folder of ours: what was sent by SMTP is its reader's."""
    folder = current_app.config.get("MAIL_FOLDER")
    for path in Path(folder).glob("*.eml") if folder else ():
        to = message_from_bytes(path.read_bytes())["To"]
        if to and to.casefold() == address:
            path.unlink(missing_ok=True)
