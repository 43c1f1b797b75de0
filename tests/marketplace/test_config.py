"""Settings come from the environment; what cannot be right stops the start with a sentence."""

from pathlib import Path

import pytest

from marketplace.config import Settings, SettingsError, is_loopback

SECRET = "s" * 40


def read(tmp_path: Path, **environ: str) -> Settings:
    return Settings.from_environment({"MARKETPLACE_DATA_DIR": str(tmp_path), **environ})


def test_nothing_has_to_be_set_on_loopback(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.database_url == f"sqlite:///{tmp_path / 'marketplace.db'}"
    assert settings.is_sqlite
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.mail_url == (tmp_path / "mail").as_uri()
    assert settings.demo
    assert settings.rate_limits == 1.0
    assert not settings.is_secure


def test_the_secret_is_made_once_kept_and_shown_to_nobody(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
    assert first.secret_key not in repr(first)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"PORT": "eighty"}, "PORT"),
        ({"PORT": "0"}, "PORT"),
        ({"PORT": "８０"}, "PORT"),
        ({"HOST": "0.0.0.0"}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"PUBLIC_URL": "musubi.example"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://musubi.example/path"}, "PUBLIC_URL"),
        ({"SEARCH_ENGINE": "grep"}, "SEARCH_ENGINE"),
        ({"RATE_LIMITS": "-1"}, "RATE_LIMITS"),
        ({"RATE_LIMITS": "many"}, "RATE_LIMITS"),
        ({"DEMO": "yes"}, "DEMO"),
        ({"TRUSTED_PROXIES": "abc"}, "TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
        ({"DEMO": "1", "HOST": "0.0.0.0", "SECRET_KEY": SECRET, "KEY_STORE_DIR": "/elsewhere"}, "DEMO"),
        ({"HOST": "0.0.0.0", "SECRET_KEY": SECRET}, "KEY_STORE_DIR"),
    ],
)
def test_what_cannot_be_right_is_named(tmp_path: Path, environ: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, **environ)
    assert str(refused.value).startswith(named)


def test_an_installation_for_others(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        HOST="0.0.0.0",
        SECRET_KEY=SECRET,
        KEY_STORE_DIR="/srv/keys",
        PUBLIC_URL="https://musubi.example/",
        DATABASE_URL="postgres://name@host/musubi",
        RATE_LIMITS="off",
        TRUSTED_PROXIES="1",
    )
    assert settings.public_url == "https://musubi.example"
    assert settings.public_host == "musubi.example"
    assert settings.is_secure
    assert settings.database_url == "postgresql+psycopg://name@host/musubi"
    assert not settings.is_sqlite
    assert settings.rate_limits == 0.0
    assert not settings.demo
    assert settings.trusted_hosts == ["0.0.0.0", "musubi.example"]
    assert settings.trusted_proxies == 1


def test_limits_can_be_multiplied(tmp_path: Path) -> None:
    assert read(tmp_path, RATE_LIMITS="2.5").rate_limits == 2.5


@pytest.mark.parametrize(
    ("host", "expected"), [("localhost", True), ("::1", True), ("127.9.9.9", True), ("musubi", False)]
)
def test_who_can_reach_a_host(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_the_keys_lie_beside_the_data(tmp_path: Path) -> None:
    assert read(tmp_path / "data").key_store_dir == tmp_path / "data-keys"
    assert read(tmp_path / "data", KEY_STORE_DIR=str(tmp_path / "else")).key_store_dir == tmp_path / "else"


@pytest.mark.parametrize("keys", ["data", "data/keys", ".", "data/../data/keys", "link/keys"])
def test_keys_and_data_do_not_lie_inside_each_other(tmp_path: Path, keys: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    with pytest.raises(SettingsError, match="inside each other"):
        read(tmp_path / "data", KEY_STORE_DIR=str(tmp_path / keys))
