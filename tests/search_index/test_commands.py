"""`flask search rebuild` and `flask search verify`, as an operator types them."""

from pathlib import Path

import pytest
from flask import Flask

from marketplace.accounts.models import Member
from search_index.engines import chosen
from search_index.engines.whoosh.folder import Folder

pytestmark = pytest.mark.usefixtures("session")


def test_rebuild_tells_how_many_documents_there_are(no_index: Flask, ana: Member) -> None:
    result = no_index.test_cli_runner().invoke(args=["search", "rebuild"])
    assert result.exit_code == 0, result.output
    assert result.output.endswith("1 documents\n")
    assert list(chosen().digests()) == [ana.id]


def test_rebuild_refuses_while_another_builds(no_index: Flask) -> None:
    folder: Path = no_index.extensions["settings"].search_index_dir
    with Folder(folder).building():
        result = no_index.test_cli_runner().invoke(args=["search", "rebuild"])
    assert result.exit_code == 1
    assert "Another process is building" in result.output


def test_verify_repairs_and_says_so(no_index: Flask, ana: Member) -> None:
    cli = no_index.test_cli_runner()
    cli.invoke(args=["search", "rebuild"])
    chosen().put([], removed=[ana.id])
    assert "1 documents repaired" in cli.invoke(args=["search", "verify"]).output
    assert "0 documents repaired" in cli.invoke(args=["search", "verify"]).output


def test_verify_without_an_index_says_what_to_do(no_index: Flask) -> None:
    result = no_index.test_cli_runner().invoke(args=["search", "verify"])
    assert result.exit_code == 1
    assert "flask search rebuild" in result.output
