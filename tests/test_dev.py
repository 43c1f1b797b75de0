"""`./dev` itself: what it lists, what it installs, when it does so again."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from tests.programs import answers, free_port, wait_for

ROOT = Path(__file__).parent.parent


@pytest.fixture
def dev() -> ModuleType:
    loader = SourceFileLoader("dev", str(ROOT / "dev"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("dev", loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def elsewhere(dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that decide what is installed, and an environment that `dev` takes for its own."""
    for name in dev.DECIDES:
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("ROOT", "VENV"):
        monkeypatch.setattr(dev, name, tmp_path)
    monkeypatch.setattr(dev, "STAMP", tmp_path / "installed")
    monkeypatch.setattr(dev, "VENDOR", tmp_path / "vendor")
    monkeypatch.setattr(dev, "FONTS", tmp_path / "fonts")
    for copy in dev.copied_files():
        copy.parent.mkdir(exist_ok=True)
        copy.touch()
    return tmp_path


def stamp(dev: ModuleType, lock: str) -> None:
    dev.STAMP.write_text(f"{lock} {dev.fingerprint()}\n", encoding="utf-8")


def test_without_a_word_every_deed_is_listed_with_a_sentence(
    dev: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    dev.main([])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(dev.DEEDS)
    for word in ("run", "test", "sure", "setup", "lint", "lock", "messages", "bench", "shots", "prove"):
        assert any(line.startswith(f"./dev {word} ") and len(line) > 25 for line in lines)


def test_an_unknown_word_fails_and_says_which(dev: ModuleType) -> None:
    with pytest.raises(SystemExit, match="'fly'"):
        dev.main(["fly"])


def test_a_step_that_fails_stops_with_its_name(dev: ModuleType) -> None:
    with pytest.raises(SystemExit, match=r"「arithmetic」 failed.*ended with 3"):
        dev.step("arithmetic", "python", "-c", "raise SystemExit(3)")


def test_nothing_is_installed_when_nothing_changed(dev: ModuleType, elsewhere: Path) -> None:
    stamp(dev, dev.DEV_LOCK)
    assert dev.is_installed(dev.DEV_LOCK)


def test_what_tests_need_is_enough_for_running_but_not_the_other_way_round(dev: ModuleType, elsewhere: Path) -> None:
    stamp(dev, dev.DEV_LOCK)
    assert dev.is_installed(dev.RUN_LOCK)
    stamp(dev, dev.RUN_LOCK)
    assert dev.is_installed(dev.RUN_LOCK)
    assert not dev.is_installed(dev.DEV_LOCK)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-tools.lock", "setup.cfg", "package-lock.json"])
def test_a_change_of_what_decides_installs_again(dev: ModuleType, elsewhere: Path, name: str) -> None:
    stamp(dev, dev.DEV_LOCK)
    with (elsewhere / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert not dev.is_installed(dev.DEV_LOCK)


@pytest.mark.parametrize("copy", ["vendor/htmx.min.js", "fonts/NotoSansJP_700Bold.ttf"])
def test_a_lost_browser_library_or_font_is_brought_again(dev: ModuleType, elsewhere: Path, copy: str) -> None:
    stamp(dev, dev.DEV_LOCK)
    (elsewhere / copy).unlink()
    assert not dev.is_installed(dev.DEV_LOCK)


def test_tools_are_installed_by_the_hashes_of_their_lock_and_alone(dev: ModuleType) -> None:
    with dev.pinned("whoosh", "uv") as arguments:
        text = Path(arguments[-1]).read_text(encoding="utf-8")
    assert "--require-hashes" in arguments
    names = [line.partition("==")[0] for line in text.splitlines() if not line.startswith(" ")]
    assert names == ["uv", "whoosh"]
    assert text.count("--hash=sha256:") > 10


def test_copies_do_not_overwrite_each_other(dev: ModuleType) -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["musubi"]
    assert len(dev.copied_files()) == sum(map(len, wanted.values()))
    assert all(copy.exists() for copy in dev.copied_files())


def test_everything_that_pages_and_documents_use_is_locked_by_a_hash(dev: ModuleType) -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for file in dev.copied_files().values():
        parts = file.split("/")
        package = "/".join(parts[: 2 if file.startswith("@") else 1])
        assert packages[f"node_modules/{package}"]["integrity"].startswith("sha512-")


def test_locks_name_no_registry(dev: ModuleType) -> None:
    for name in (*dev.LOCKS, "package-lock.json"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8"), name


@pytest.mark.prove
def test_a_second_run_answers_its_first_page_within_five_seconds(tmp_path: Path) -> None:
    port = free_port()
    environ = os.environ | {"MARKETPLACE_DATA_DIR": str(tmp_path), "PORT": str(port)}

    def run_until_it_answers(limit: float) -> None:
        process = subprocess.Popen([sys.executable, str(ROOT / "dev"), "run"], env=environ)
        try:
            wait_for(lambda: process.poll() is not None or answers(f"http://127.0.0.1:{port}/"), limit)
            assert process.poll() is None
        finally:
            process.terminate()
            process.wait(10)

    run_until_it_answers(300)
    run_until_it_answers(5)
