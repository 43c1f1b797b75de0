"""How mail leaves: by SMTP or into a folder, whole, and as one mail however often it is sent."""

import email
from dataclasses import replace
from email.policy import default

import pytest
from flask import Flask

from marketplace import mail
from marketplace.config import Settings, SettingsError

LINK = "http://localhost/register/confirm/token"


def send(app: Flask, language: str = "ja") -> None:
    with app.app_context():
        mail.send("confirm_registration", "ana@example.com", language, 7, username="ana", link=LINK)


def test_a_mail_sent_twice_into_the_folder_is_one_file(app: Flask) -> None:
    folder = app.extensions["settings"].data_dir / "mail"
    folder.mkdir(exist_ok=True)
    before = set(folder.iterdir())
    send(app)
    send(app)
    (file,) = set(folder.iterdir()) - before
    message = email.message_from_bytes(file.read_bytes(), policy=default)
    assert message["To"] == "ana@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<confirm_registration-7@localhost>"
    text = message.get_body(("plain",))
    assert text is not None
    assert LINK in str(text.get_content())
    file.unlink()


@pytest.mark.parametrize("url", ["ftp://mail.example", "smtp:", "nonsense"])
def test_an_address_that_mail_cannot_leave_by_stops_the_start(app: Flask, url: str) -> None:
    settings: Settings = app.extensions["settings"]
    with pytest.raises(SettingsError, match="MAIL_URL"):
        mail.init_app(Flask("tests"), replace(settings, mail_url=url))


def test_a_server_is_named_with_its_port_name_and_password(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    other = Flask("tests")
    mail.init_app(other, replace(settings, mail_url="smtp://ana%40example:se%3Acret@mail.example:587?tls=1"))
    named = [other.config[f"MAIL_{name}"] for name in ("SERVER", "PORT", "USERNAME", "PASSWORD", "USE_TLS", "USE_SSL")]
    assert named == ["mail.example", 587, "ana@example", "se:cret", True, False]
