"""Writing to an index while others read it: batches, rebuilds, swaps, damage."""

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from search_index.engines import Document, IndexMissing, Results, WriterBusy
from search_index.engines.whoosh import Engine, engine_for
from search_index.engines.whoosh.folder import Folder
from tests.search_index.conftest import names
from tests.search_index.corpus import WORKERS

Ask = Callable[..., Results]


def nothing(keys: Sequence[int]) -> list[Document]:
    return []


def test_a_changed_document_replaces_the_old_one(engine: Engine, ask: Ask) -> None:
    engine.put([replace(WORKERS["ritsu"], introduction="通訳ガイド", headline="", skills=())])
    assert names(ask(engine, "通訳")) == ["ritsu"]
    assert "ritsu" not in names(ask(engine, "翻訳"))
    assert ask(engine).total == len(WORKERS)


def test_a_removed_document_is_gone(engine: Engine, ask: Ask) -> None:
    engine.put([], removed=[1, 1, 12345])
    assert ask(engine).total == len(WORKERS) - 1
    assert "ritsu" not in names(ask(engine, "翻訳"))
    assert 1 not in engine.digests()


def test_of_two_documents_in_a_batch_the_later_counts(engine: Engine, ask: Ask) -> None:
    first, second = (replace(WORKERS["ritsu"], nickname=name) for name in ("前田", "後藤"))
    engine.put([first, second])
    assert names(ask(engine, "後藤")) == ["ritsu"]
    assert names(ask(engine, "前田")) == []
    assert ask(engine).total == len(WORKERS)


def test_put_and_removed_in_one_batch_is_put(engine: Engine, ask: Ask) -> None:
    engine.put([WORKERS["ritsu"]], removed=[1])
    assert ask(engine).total == len(WORKERS)


def test_the_same_batch_twice_is_the_same_index(engine: Engine, ask: Ask) -> None:
    for _ in range(2):
        engine.put([WORKERS["ritsu"], WORKERS["kanae"]], removed=[3])
    assert ask(engine).total == len(WORKERS) - 1
    assert ask(engine, "翻訳").total == 3


def test_many_small_batches_merge_and_lose_nothing(engine: Engine, ask: Ask) -> None:
    before = ask(engine).facets
    for _ in range(3):
        for document in WORKERS.values():
            engine.put([document])
    assert engine.digests() == {document.key: document.digest() for document in WORKERS.values()}
    assert ask(engine).facets == before
    assert set(names(ask(engine, "「技術翻訳」"))) == {"ritsu"}
    assert set(names(ask(engine, "渡辺"))) == {"sakura", "ken"}


def test_a_change_is_seen_by_another_reader(engine: Engine, ask: Ask, tmp_path: Path) -> None:
    reader = engine_for("worker", tmp_path / "index")
    assert names(ask(reader, "速記")) == []
    engine.put([replace(WORKERS["rio"], headline="速記")])
    assert names(ask(reader, "速記")) == ["rio"]


def test_a_failing_batch_changes_nothing_and_lets_go_of_the_lock(engine: Engine, ask: Ask) -> None:
    with pytest.raises(ZeroDivisionError):
        engine.put(document for document in [WORKERS["ritsu"]] if 1 // 0)
    broken = replace(WORKERS["ritsu"], headline=12)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        engine.put([broken])
    engine.put([replace(WORKERS["ritsu"], headline="速記")])
    assert names(ask(engine, "速記")) == ["ritsu"]


def test_without_an_index_it_is_said_clearly(tmp_path: Path, ask: Ask) -> None:
    engine = engine_for("worker", tmp_path / "nowhere")
    with pytest.raises(IndexMissing):
        ask(engine)
    with pytest.raises(IndexMissing):
        engine.digests()
    with pytest.raises(IndexMissing):
        engine.put([WORKERS["ritsu"]])


def test_a_deleted_folder_is_missed_and_can_be_built_again(engine: Engine, ask: Ask, tmp_path: Path) -> None:
    assert ask(engine).total
    Folder(tmp_path / "index").sweep()
    with pytest.raises(IndexMissing):
        ask(engine)
    engine.rebuild(WORKERS.values(), nothing)
    assert ask(engine).total == len(WORKERS)


@pytest.mark.filterwarnings("ignore:Exception ignored:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x00" * 4_000])
def test_damage_is_told_as_a_missing_index(engine: Engine, ask: Ask, tmp_path: Path, content: bytes) -> None:
    for file in (tmp_path / "index").glob("build-*/MAIN*"):
        file.write_bytes(content)
    reader = engine_for("worker", tmp_path / "index")
    with pytest.raises(IndexMissing):
        ask(reader, "翻訳")
    with pytest.raises(IndexMissing):
        reader.put([WORKERS["ritsu"]])
    reader.rebuild(WORKERS.values(), nothing)
    assert ask(reader, "翻訳").total == 3
    gc.collect()  # Whoosh leaves the damaged files open for the collector to find


def test_damaged_postings_are_told_as_a_missing_index(engine: Engine, ask: Ask, tmp_path: Path) -> None:
    assert ask(engine).total
    for segment in engine._segments.values():
        segment.close()
    for text in ("翻訳", ""):
        with pytest.raises(IndexMissing):
            ask(engine, text)
    engine.rebuild(WORKERS.values(), nothing)
    assert ask(engine, "翻訳").total == 3


def test_an_index_of_an_older_analysis_is_not_used(engine: Engine, ask: Ask, tmp_path: Path) -> None:
    (made_by,) = (tmp_path / "index").glob("build-*/made-by")
    made_by.write_text("an older analysis")
    with pytest.raises(IndexMissing):
        ask(engine)


def test_readers_go_on_while_an_index_is_built_beside(engine: Engine, ask: Ask) -> None:
    totals = []

    def documents() -> Iterator[Document]:
        for document in WORKERS.values():
            totals.append(ask(engine).total)
            yield replace(document, headline="新しい看板")

    engine.rebuild(documents(), nothing)
    assert set(totals) == {len(WORKERS)}
    assert ask(engine, "看板").total == len(WORKERS)


def test_what_changes_during_a_build_is_read_once_more(engine: Engine, ask: Ask, tmp_path: Path) -> None:
    other = engine_for("worker", tmp_path / "index")
    asked: list[list[int]] = []

    def documents() -> Iterator[Document]:
        yield from WORKERS.values()
        other.put([replace(WORKERS["ritsu"], headline="速記")], removed=[2])

    def reread(keys: Sequence[int]) -> list[Document]:
        asked.append(list(keys))
        return [replace(WORKERS["ritsu"], headline="速記")]

    engine.rebuild(documents(), reread)
    assert asked == [[1, 2]]
    assert names(ask(engine, "速記")) == ["ritsu"]
    assert ask(engine).total == len(WORKERS) - 1


def test_a_build_that_fails_leaves_the_old_index(engine: Engine, ask: Ask, tmp_path: Path) -> None:
    def documents() -> Iterator[Document]:
        yield WORKERS["ritsu"]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        engine.rebuild(documents(), nothing)
    assert ask(engine).total == len(WORKERS)
    engine.rebuild(WORKERS.values(), nothing)
    assert len(list((tmp_path / "index").glob("build-*"))) == 1


def test_two_builds_at_once_are_one_too_many(engine: Engine, tmp_path: Path) -> None:
    def documents() -> Iterator[Document]:
        with pytest.raises(WriterBusy):
            engine_for("worker", tmp_path / "index").rebuild([], nothing)
        yield from WORKERS.values()

    assert engine.rebuild(documents(), nothing) == len(WORKERS)


def test_a_second_writer_waits_and_then_gives_up(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with folder.writing(), pytest.raises(WriterBusy), Folder(tmp_path).writing(patience=0.05):
        pass
    with folder.writing(patience=0.05):
        pass


@pytest.mark.skipif(os.name == "nt", reason="a kill there closes files in another order")
def test_a_build_that_is_killed_leaves_the_old_index_and_no_lock(engine: Engine, ask: Ask, tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path / "index")], check=False, timeout=60)
    assert killed.returncode == -9
    assert ask(engine).total == len(WORKERS)
    assert len(list((tmp_path / "index").glob("build-*"))) == 2
    engine.put([replace(WORKERS["rio"], headline="速記")])
    engine.rebuild(WORKERS.values(), nothing)
    assert len(list((tmp_path / "index").glob("build-*"))) == 1
    assert ask(engine).total == len(WORKERS)


_KILLED = """
import os, signal, sys
from pathlib import Path
from search_index.engines.whoosh import engine_for
from tests.search_index.corpus import WORKERS

def documents():
    yield from WORKERS.values()
    os.kill(os.getpid(), signal.SIGKILL)

engine_for("worker", Path(sys.argv[1])).rebuild(documents(), lambda keys: [])
"""


def test_threads_search_while_one_writes(engine: Engine, ask: Ask, tmp_path: Path) -> None:
    failures: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                assert ask(engine, "翻訳").total in (2, 3)
                assert set(names(ask(engine, "「技術翻訳」"))) <= {"ritsu"}
                assert ask(engine).total in (len(WORKERS) - 1, len(WORKERS))
        except BaseException as failure:
            failures.append(failure)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    writer = engine_for("worker", tmp_path / "index")
    for number in range(12):
        if number == 6:
            writer.rebuild(WORKERS.values(), nothing)
        elif number % 2:
            writer.put([], removed=[1])
        else:
            writer.put([replace(WORKERS["ritsu"], nickname=f"高瀬{number}")])
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []


def test_postings_are_kept_within_bounds(engine: Engine, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search_index.engines.whoosh.snapshot.KEPT_BYTES", 500)
    for text in ("翻訳", "引越し", "「技術翻訳」", "サーバー", "翻訳"):
        assert ask(engine, text).total
    assert all(segment._kept_bytes <= 500 for segment in engine._segments.values())


def test_whoosh_itself_finds_the_same_phrases(town: Engine) -> None:
    """The index stays an ordinary Whoosh index: its own searcher reads our postings."""
    from whoosh import index
    from whoosh.query import And, Phrase, Term

    made = index.open_dir(str(town._folder.current()))
    with made.searcher() as searcher:
        column = [int.from_bytes(facts[:4], "little") for facts in searcher.reader().column_reader("facts")]
        phrase = Phrase("written", ["技術", "翻訳"])
        assert [column[number] for number in searcher.docs_for_query(phrase)] == [1]
        both = And([Term("written", "翻訳"), Term("read", "ホンヤク")])
        assert [column[number] for number in searcher.docs_for_query(both)] == [1, 2, 17]
