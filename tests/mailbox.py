"""A real SMTP server in the test process, and the mails that it took."""

import email
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from marketplace import mail
from marketplace.config import Settings


@dataclass(frozen=True)
class Mail:
    """One mail as it arrived."""

    to: list[str]
    message: EmailMessage

    @property
    def subject(self) -> str:
        # A long one begins on a line of its own.
        return str(self.message["Subject"]).strip()

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def links(self) -> list[str]:
        """The addresses in the text, in their order."""
        return re.findall(r"https?://\S+", self.text)

    @property
    def path(self) -> str:
        """Where the first link leads, without the host."""
        return urlsplit(self.links[0]).path

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content())


class Mailbox:
    """Everybody's mails. `is_out` makes the server refuse for a while, `drops_answer` makes it forget to say yes."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.is_out = False
        self.drops_answer = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.is_out:
            return "451 Try again later"
        message = email.message_from_bytes(cast(bytes, envelope.content), policy=default)
        self.mails.append(Mail(list(envelope.rcpt_tos), cast(EmailMessage, message)))
        # The mail is taken, but its sender hears otherwise and will send it again.
        return "451 Try again later" if self.drops_answer else "250 OK"

    def to(self, address: str) -> list[Mail]:
        """Return the mails to `address`, each Message-ID once, as a good mail reader shows them."""
        found = {mail.message_id: mail for mail in self.mails if mail.to == [address]}
        return list(found.values())

    def newest(self, address: str) -> Mail:
        """Return the last mail to `address`."""
        found = self.to(address)
        assert found, f"no mail to {address}; there are mails to {[mail.to for mail in self.mails]}"
        return found[-1]


@pytest.fixture(scope="session")
def smtp_server() -> Iterator[Controller]:
    """The server, on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def mailbox(app: Flask, smtp_server: Controller) -> Iterator[Mailbox]:
    """An empty mailbox, into which `app` sends by SMTP."""
    box = Mailbox()
    cast(Any, smtp_server).handler = box
    settings: Settings = app.extensions["settings"]
    before = app.extensions["mailman"]
    mail.init_app(app, replace(settings, mail_url=f"smtp://127.0.0.1:{smtp_server.port}"))
    yield box
    app.extensions["mailman"] = before


@pytest.fixture
def post(drain: Callable[[], int], mailbox: Mailbox) -> Callable[[], Mailbox]:
    """Delivers the mails that wait, and returns the mailbox."""

    def deliver() -> Mailbox:
        drain()
        return mailbox

    return deliver
