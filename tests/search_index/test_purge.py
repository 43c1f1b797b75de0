"""What was removed is not only not found: after a purge it is not in the files."""

from dataclasses import replace
from pathlib import Path

from search_index.engines.whoosh import engine_for
from tests.search_index.corpus import WORKERS

FIRST = list(WORKERS.values())[:1]


def holding(folder: Path, word: str) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes().lower()]


def test_a_purge_leaves_nothing_of_removed_documents_and_everything_of_the_others(tmp_path: Path) -> None:
    engine = engine_for("worker", tmp_path / "index")
    gone = replace(FIRST[0], key=900_001, introduction="qzxvk", nickname="qzxvk")
    engine.rebuild([*WORKERS.values(), gone], lambda keys: [])
    assert holding(tmp_path, "qzxvk")
    engine.put([], [gone.key])
    assert gone.key not in engine.digests()
    assert holding(tmp_path, "qzxvk")
    engine.purge()
    assert not holding(tmp_path, "qzxvk")
    assert engine.digests() == {worker.key: worker.digest() for worker in WORKERS.values()}
    engine.purge()
    assert engine.digests() == {worker.key: worker.digest() for worker in WORKERS.values()}


def test_an_index_of_which_all_was_removed_is_empty_and_works(tmp_path: Path) -> None:
    engine = engine_for("worker", tmp_path / "index")
    engine.rebuild(FIRST, lambda keys: [])
    engine.put([], [FIRST[0].key])
    engine.purge()
    assert engine.digests() == {}
    engine.put(FIRST)
    assert list(engine.digests()) == [FIRST[0].key]
