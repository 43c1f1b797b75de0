"""Teams are found beside workers, and workers by having a team."""

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.follows import service as follows
from marketplace.teams import queries, service
from marketplace.teams.service import TeamChanges
from search_index import sync
from tests.factories.teams import TeamFactory
from tests.visit import Page, Visitors


@pytest.fixture
def yomimono(app: Flask, ana: Member, ben: Member) -> str:
    with app.app_context(), db.writing():
        sync.rebuild()
        changes = TeamChanges(
            name="よみもの編集室", introduction="技術翻訳者が集まっています。", wanted_skills=("Excel", "校正")
        )
        service.create(ana, "yomimono", changes)
        service.create(ben, "getsuyo", TeamChanges(name="月曜経理", introduction="記帳をします。"))
        db.commit()
    return "yomimono"


def found(page: Page) -> list[str]:
    return page.find_all("#results h3 a")


@pytest.mark.parametrize("words", ["翻訳", "ｅｘｃｅｌ", "エクセル", "yomimono", "よみもの", "校正 翻訳"])
def test_a_team_is_found_by_what_it_says(visit: Visitors, drain: Callable[[], int], yomimono: str, words: str) -> None:
    drain()
    page = visit.open("search.workers", kind="teams", q=words)
    assert page.status == 200
    assert found(page) == ["よみもの編集室"]
    assert found(visit.open("search.workers", kind="teams", q="どこにもない")) == []


def test_the_newest_teams_stand_first_and_the_words_stay_between_the_tabs(
    visit: Visitors, drain: Callable[[], int], yomimono: str
) -> None:
    drain()
    page = visit.open("search.workers", kind="teams")
    assert set(found(page)) == {"よみもの編集室", "月曜経理"}
    page = page.submit("検索する", q="記帳")
    assert found(page) == ["月曜経理"]
    page = page.follow("ワーカー")
    assert page.value("q") == "記帳"
    assert found(page.follow("チーム")) == ["月曜経理"]


def test_an_edit_is_found_and_a_dissolved_team_is_not(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, yomimono: str
) -> None:
    drain()
    with app.app_context(), db.writing():
        team = queries.get_for(ana, yomimono)
        service.edit(ana, team, TeamChanges(name="紙の編集室", wanted_skills=("作図",)), team.version)
        db.commit()
    drain()
    assert found(visit.open("search.workers", kind="teams", q="作図")) == ["紙の編集室"]
    assert found(visit.open("search.workers", kind="teams", q="翻訳")) == []
    with app.app_context(), db.writing():
        service.dissolve(ana, queries.get_for(ana, yomimono))
        db.commit()
    # Before the errand is done the database has the last word.
    assert found(visit.open("search.workers", kind="teams", q="作図")) == []
    drain()
    assert visit.open("search.workers", kind="teams").find_all(".found-count") == ["1 組のチームがいます"]


def test_workers_are_filtered_by_having_a_team(
    app: Flask,
    visit: Visitors,
    drain: Callable[[], int],
    ana: Member,
    ben: Member,
    make_member: Callable[..., Member],
    yomimono: str,
) -> None:
    make_member("dan", "Dan", worker=True)
    drain()
    with app.app_context(), db.writing():
        sync.rebuild()
    assert set(found(visit.open("search.workers"))) == {"Ana", "Ben", "Dan"}
    page = visit.open("search.workers", team=1)
    assert set(found(page)) == {"Ana", "Ben"}
    assert page.has_link("チームに入っている")
    with app.app_context(), db.writing():
        service.dissolve(ana, queries.get_for(ana, yomimono))
        db.commit()
    drain()
    assert found(visit.open("search.workers", team=1)) == ["Ben"]


def test_a_team_of_somebody_hidden_is_not_found(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, cleo: Member, yomimono: str
) -> None:
    drain()
    with app.app_context(), db.writing():
        follows.block(ana, cleo)
        db.commit()
    assert found(visit.as_(cleo).open("search.workers", kind="teams", q="翻訳")) == []


def test_a_page_of_teams_costs_the_same_for_few_and_for_many(
    app: Flask, visit: Visitors, ana: Member, make_team: TeamFactory, yomimono: str
) -> None:
    for number in range(25):
        make_team(f"team-{number}", ana)
    with app.app_context(), db.writing():
        sync.rebuild()
    pages = [visit.as_(ana).open("search.workers", kind="teams", q=words) for words in ("翻訳", "")]
    assert [len(found(page)) for page in pages] == [1, 20]
    assert [page.statements for page in pages] == [4, 4]
    assert len(found(pages[1].follow("次のページを見る"))) == 7
