"""What was removed is not only not found: after a purge it is not in the files."""

from dataclasses import replace
from pathlib import Path

from search_index.engines.whoosh import Engine
from tests.search_index.corpus import WORKERS


def holding(folder: Path, word: str) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes().lower()]


def test_a_purge_leaves_nothing_of_removed_documents_and_everything_of_the_others(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "index")
    gone = replace(WORKERS[0], key=900_001, introduction="qzxvk", nickname="qzxvk")
    engine.rebuild([*WORKERS, gone], lambda keys: [])
    assert holding(tmp_path, "qzxvk")
    engine.put([], [gone.key])
    assert gone.key not in engine.digests()
    assert holding(tmp_path, "qzxvk")
    engine.purge()
    assert not holding(tmp_path, "qzxvk")
    assert engine.digests() == {worker.key: worker.digest() for worker in WORKERS}
    engine.purge()
    assert engine.digests() == {worker.key: worker.digest() for worker in WORKERS}


def test_an_index_of_which_all_was_removed_is_empty_and_works(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "index")
    engine.rebuild(WORKERS[:1], lambda keys: [])
    engine.put([], [WORKERS[0].key])
    engine.purge()
    assert engine.digests() == {}
    engine.put(WORKERS[:1])
    assert list(engine.digests()) == [WORKERS[0].key]
