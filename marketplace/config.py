"""Settings: one frozen dataclass read from the environment; a missing secret stops the start."""

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import click


class SettingsError(click.ClickException):
    """The environment cannot be started with; the sentence, which commands print, says which variable and why."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one installation and the next."""

    host: str
    port: int
    data_dir: Path
    key_store_dir: Path
    """Where the keys of what must not leak live, apart from the data and from its backups."""
    database_url: str
    secret_key: str = field(repr=False)
    public_url: str
    mail_url: str = field(repr=False)
    mail_from: str
    search_engine: str
    rate_limits: float
    """Every limit is multiplied by this; 0 turns them off."""
    demo: bool
    trusted_proxies: int
    """How many proxies in front of us may speak for the visitor's address."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings, raising SettingsError for what cannot be right."""
        host = environ.get("HOST", "127.0.0.1")
        port = _port(environ.get("PORT", "8000"))
        data_dir = Path(environ.get("MARKETPLACE_DATA_DIR", "instance")).resolve()
        secret_key = _secret_key(environ.get("SECRET_KEY", ""), data_dir, host)
        return cls(
            host=host,
            port=port,
            data_dir=data_dir,
            key_store_dir=_key_store_dir(environ, data_dir, host),
            database_url=_database_url(environ.get("DATABASE_URL", ""), data_dir),
            secret_key=secret_key,
            public_url=_public_url(environ.get("PUBLIC_URL", ""), host, port),
            mail_url=environ.get("MAIL_URL") or (data_dir / "mail").as_uri(),
            mail_from=environ.get("MAIL_FROM", "結び <noreply@localhost>"),
            search_engine=_search_engine(environ.get("SEARCH_ENGINE", "whoosh")),
            rate_limits=_rate_limits(environ.get("RATE_LIMITS", "on")),
            demo=_demo(environ.get("DEMO"), host),
            trusted_proxies=_trusted_proxies(environ.get("TRUSTED_PROXIES", "0")),
        )

    @property
    def public_host(self) -> str:
        """The host name that links in mails lead to."""
        return urlsplit(self.public_url).hostname or self.host

    @property
    def is_secure(self) -> bool:
        """Whether visitors come by HTTPS, so that cookies may insist on it."""
        return self.public_url.startswith("https:")

    @property
    def trusted_hosts(self) -> list[str]:
        """The Host headers that are answered; others get 400."""
        hosts = {self.public_host, self.host}
        if is_loopback(self.host):
            hosts |= {"localhost", "127.0.0.1", "[::1]"}
        return sorted(hosts)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database_url.startswith("sqlite")

    @property
    def storage_dir(self) -> Path:
        """Where uploaded files live."""
        return self.data_dir / "storage"

    @property
    def search_index_dir(self) -> Path:
        """Where the search index lives; it may be deleted and is rebuilt."""
        return self.data_dir / "search-index"

    @property
    def errands_path(self) -> Path:
        """The SQLite file in which errands are woken and the clock is kept."""
        return self.data_dir / "errands.db"

    @property
    def limits_path(self) -> Path:
        """The SQLite file in which rate limits are counted."""
        return self.data_dir / "limits.db"


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _trusted_proxies(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 2:
        raise SettingsError(f"TRUSTED_PROXIES must be a number from 0 to 99, not {text!r}.")
    return int(text)


def _database_url(text: str, data_dir: Path) -> str:
    if not text:
        return f"sqlite:///{data_dir / 'marketplace.db'}"
    scheme = text.partition(":")[0]
    if scheme in {"postgres", "postgresql"}:
        return "postgresql+psycopg" + text[len(scheme) :]
    if scheme not in {"sqlite", "postgresql+psycopg"}:
        raise SettingsError(f"DATABASE_URL must begin with sqlite: or postgresql:, not {scheme!r}.")
    return text


def _secret_key(text: str, data_dir: Path, host: str) -> str:
    if text:
        if len(text) < 32:
            raise SettingsError("SECRET_KEY must have at least 32 characters.")
        return text
    if not is_loopback(host):
        raise SettingsError("SECRET_KEY is missing; it is made by itself only while HOST is a loopback address.")
    path = data_dir / "secret-key"
    if not path.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")


def _key_store_dir(environ: Mapping[str, str], data_dir: Path, host: str) -> Path:
    """Return the folder of the keys, refusing one that lies in the data or with the database, or those in it."""
    text = environ.get("KEY_STORE_DIR", "")
    if not text and not is_loopback(host):
        raise SettingsError("KEY_STORE_DIR is missing; it is chosen by itself only while HOST is a loopback address.")
    folder = Path(text).resolve() if text else data_dir.with_name(f"{data_dir.name}-keys").resolve()
    places = [data_dir]
    if (url := environ.get("DATABASE_URL", "")).startswith("sqlite:///"):
        places.append(Path(url.removeprefix("sqlite:///")).resolve().parent)
    if any(folder.is_relative_to(place) for place in places) or any(place.is_relative_to(folder) for place in places):
        raise SettingsError("KEY_STORE_DIR and MARKETPLACE_DATA_DIR (or the database) must not lie inside each other.")
    return folder


def _public_url(text: str, host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host and not host.startswith("[") else host
    url = (text or f"http://{name}:{port}").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise SettingsError(f"PUBLIC_URL must be like https://musubi.example, not {text!r}.")
    return url


def _search_engine(text: str) -> str:
    if text != "whoosh":
        raise SettingsError(f"SEARCH_ENGINE must be whoosh, not {text!r}.")
    return text


def _rate_limits(text: str) -> float:
    if text in {"on", "off"}:
        return 1.0 if text == "on" else 0.0
    try:
        factor = float(text)
    except ValueError:
        factor = -1.0
    if not 0 < factor < 1e6:
        raise SettingsError(f"RATE_LIMITS must be on, off or a number above 0, not {text!r}.")
    return factor


def _demo(text: str | None, host: str) -> bool:
    if text not in {None, "0", "1"}:
        raise SettingsError(f"DEMO must be 0 or 1, not {text!r}.")
    if text == "1" and not is_loopback(host):
        raise SettingsError("DEMO=1 is refused because HOST can be reached from outside: its sign-ins are public.")
    return text != "0" and is_loopback(host)
