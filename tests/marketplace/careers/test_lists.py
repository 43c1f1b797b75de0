"""What the four lists share: order, limits, versions, going; what is whose."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from marketplace.accounts.models import Member
from marketplace.careers import queries, service
from marketplace.careers.models import (
    Career,
    CareerCategory,
    Entry,
    Hobby,
    HobbyCategory,
    HobbyFrequency,
    HobbyVisibility,
    MemberSkill,
    Qualification,
    QualificationCategory,
    SkillLevel,
)
from marketplace.careers.service.lists import MOST_ENTRIES
from marketplace.db import db
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.outbox import Errand
from marketplace.searchable import TOPIC
from tests.marketplace.careers.entries import LONG_AGO, a_career, a_hobby, a_qualification, a_skill

pytestmark = pytest.mark.usefixtures("session")

MAKERS: dict[str, Callable[..., Entry]] = {
    "skills": a_skill,
    "qualifications": a_qualification,
    "careers": a_career,
    "hobbies": a_hobby,
}
each_list = pytest.mark.parametrize("name", MAKERS)


def titles(member: Member, name: str) -> list[str]:
    return [entry.title for entry in queries.entries_of(member, queries.KINDS[name])]


def three(member: Member, name: str) -> list[Entry]:
    return [MAKERS[name](member, title) for title in ("A", "B", "C")]


@each_list
def test_entries_stand_in_the_order_in_which_they_were_added(ana: Member, name: str) -> None:
    three(ana, name)
    assert titles(ana, name) == ["A", "B", "C"]


@each_list
def test_an_entry_moves_by_one_and_stops_at_the_ends(ana: Member, name: str) -> None:
    _, second, _ = three(ana, name)
    orders = []
    for up in (True, True, False, False, False):
        service.move(ana, second, up=up)
        db.session.flush()
        orders.append("".join(titles(ana, name)))
    assert orders == ["BAC", "BAC", "ABC", "ACB", "ACB"]


@each_list
def test_a_list_takes_the_order_it_is_given_and_what_is_not_named_follows(ana: Member, name: str) -> None:
    first, second, third = three(ana, name)
    service.arrange(ana, [third, first])
    db.session.flush()
    assert titles(ana, name) == ["C", "A", "B"]
    service.arrange(ana, [])
    service.arrange(ana, [second, third, first])
    db.session.flush()
    assert titles(ana, name) == ["B", "C", "A"]


def test_equal_places_are_parted_when_something_moves(ana: Member) -> None:
    entries = three(ana, "hobbies")
    for entry in entries:
        entry.position = 0
    db.session.flush()
    assert titles(ana, "hobbies") == ["A", "B", "C"]
    service.move(ana, entries[2], up=True)
    db.session.flush()
    assert titles(ana, "hobbies") == ["A", "C", "B"]


def test_what_did_not_move_is_not_written(ana: Member) -> None:
    entries = three(ana, "hobbies")
    service.move(ana, entries[2], up=True)
    db.session.flush()
    assert [entry.version for entry in entries] == [1, 2, 2]


def test_only_ids_of_ones_own_list_can_be_chosen(ana: Member, ben: Member) -> None:
    first, second, _ = three(ana, "hobbies")
    foreign = a_hobby(ben)
    chosen = queries.chosen_from(ana, Hobby, [second.id, first.id, second.id])
    assert chosen == [second, first]
    for wrong in (foreign.id, 0, -1, 10**30):
        with pytest.raises(NotFound):
            queries.chosen_from(ana, Hobby, [first.id, wrong])


@each_list
def test_a_full_list_takes_no_more(ana: Member, name: str) -> None:
    for number in range(MOST_ENTRIES):
        MAKERS[name](ana, f"{number}")
    with pytest.raises(Conflict, match="100件まで"):
        MAKERS[name](ana, "one more")
    assert len(titles(ana, name)) == MOST_ENTRIES


@pytest.mark.parametrize("name", ["qualifications", "careers", "hobbies"])
def test_the_same_entry_twice_is_refused(ana: Member, name: str) -> None:
    MAKERS[name](ana, "A")
    with pytest.raises(Conflict, match="すでに登録されています"):
        MAKERS[name](ana, "A")
    assert titles(ana, name) == ["A"]


def changes() -> list[Any]:
    return [
        pytest.param(
            a_skill, service.skills.change, {"name": "Z", "level": SkillLevel.LEARNING, "started_on": LONG_AGO}
        ),
        pytest.param(
            a_qualification, service.qualifications.change, {"category": QualificationCategory.IT, "name": "Z"}
        ),
        pytest.param(
            a_career,
            service.careers.change,
            {"category": CareerCategory.STUDY, "started_on": LONG_AGO, "company": "Z"},
        ),
        pytest.param(a_hobby, service.hobbies.change, {"category": HobbyCategory.ART, "name": "Z"}),
    ]


@pytest.mark.parametrize(("make", "change", "columns"), changes())
class TestChanging:
    def test_the_owner_changes_an_entry(self, ana: Member, make: Any, change: Any, columns: Any) -> None:
        entry = make(ana, "A")
        change(ana, entry, 1, **columns)
        assert (entry.title, entry.version) == ("Z", 2)

    def test_another_does_not(self, ana: Member, ben: Member, make: Any, change: Any, columns: Any) -> None:
        entry = make(ana, "A")
        with pytest.raises(NotAllowed):
            change(ben, entry, 1, **columns)
        assert entry.title == "A"

    def test_an_older_version_does_not_win(self, ana: Member, make: Any, change: Any, columns: Any) -> None:
        entry = make(ana, "A")
        change(ana, entry, 1, **columns)
        with pytest.raises(Conflict, match="ほかの画面で先に"):
            change(ana, entry, 1, **columns | {"notes" if make is a_skill else "category": "x"})
        assert entry.title == "Z"

    def test_a_change_that_is_overtaken_meanwhile_is_a_conflict_and_leaves_the_session_usable(
        self, ana: Member, make: Any, change: Any, columns: Any
    ) -> None:
        entry = make(ana, "A")
        table = type(entry).__table__
        db.session.execute(update(table).where(table.c.id == entry.id).values(version=7))
        with pytest.raises(Conflict, match="ほかの画面で先に"):
            change(ana, entry, 1, **columns)
        again = queries.get_for(ana, type(entry), entry.id)
        assert (again.title, again.version) == ("A", 7)


@each_list
def test_an_entry_goes_when_its_owner_says_so_and_the_others_stay(ana: Member, name: str) -> None:
    first, _, _ = three(ana, name)
    service.remove(ana, first)
    db.session.flush()
    assert titles(ana, name) == ["B", "C"]
    assert MAKERS[name](ana, "D").position > 2


@each_list
def test_nobody_moves_arranges_or_removes_what_is_anothers(ana: Member, ben: Member, name: str) -> None:
    first, second, third = three(ana, name)
    for deed in (
        lambda: service.move(ben, first, up=False),
        lambda: service.arrange(ben, [third, second, first]),
        lambda: service.remove(ben, first),
    ):
        with pytest.raises(NotAllowed):
            deed()
    assert titles(ana, name) == ["A", "B", "C"]


@each_list
def test_anothers_entry_is_as_absent_as_one_that_is_not_there(ana: Member, ben: Member, name: str) -> None:
    entry = MAKERS[name](ana, "A")
    kind = queries.KINDS[name]
    assert queries.get_for(ana, kind, entry.id) == entry
    for member, key in [(ben, entry.id), (ana, entry.id + 1), (ana, 0), (ana, 2**31), (ana, 10**40)]:
        with pytest.raises(NotFound, match="この登録は見つかりません"):
            queries.get_for(member, kind, key)


@each_list
def test_every_change_asks_for_the_workers_document(ana: Member, name: str) -> None:
    def asked() -> int:
        db.session.flush()
        errands = db.session.scalars(select(Errand).where(Errand.topic == TOPIC)).all()
        for errand in errands:
            db.session.delete(errand)
        db.session.flush()
        return sum(errand.payload == {"kind": "worker", "id": ana.id} for errand in errands)

    asked()
    entry = MAKERS[name](ana, "A")
    assert asked()
    entry.position = 9
    assert asked()
    service.remove(ana, entry)
    assert asked()


def test_of_many_members_everybody_may_read_what_is_public_in_the_owners_order(ana: Member, ben: Member) -> None:
    a_hobby(ana, "登山", keywords="縦走", description="夏だけです。")
    a_hobby(ana, "盆栽", visibility=HobbyVisibility.FRIENDS)
    a_hobby(ana, "日記", visibility=HobbyVisibility.PRIVATE)
    a_qualification(ana, "宅地建物取引主任者", common_name="宅建", registration_number="12345", notes="更新中")
    a_qualification(ana, "医師")
    a_career(ana, "桂川翻訳", role="翻訳者", duties="取扱説明書", environment="Trados")
    a_career(ana, "鴨川印刷")
    a_career(ben, "琵琶湖汽船")
    assert queries.public_texts_of([ana.id]) == {
        ana.id: [
            "桂川翻訳 / 翻訳者 / 取扱説明書 / Trados",
            "鴨川印刷",
            "宅地建物取引主任者 / 宅建",
            "登山 / 縦走 / 夏だけです。",
        ]
    }
    assert queries.public_texts_of([ben.id, 10**6]) == {ben.id: ["琵琶湖汽船"], 10**6: []}


def test_counts_are_one_row(ana: Member, ben: Member) -> None:
    three(ana, "skills")
    a_hobby(ana)
    a_career(ben)
    assert queries.counts_of(ana) == {"skills": 3, "qualifications": 0, "careers": 0, "hobbies": 1, "expired": 0}


@pytest.mark.parametrize(
    "kind", [SkillLevel, QualificationCategory, CareerCategory, HobbyCategory, HobbyFrequency, HobbyVisibility]
)
def test_every_choice_has_words(kind: Any) -> None:
    assert all(member.label for member in kind)
    assert len({member.label for member in kind}) == len(kind)


def test_levels_rise() -> None:
    assert [level.rank for level in SkillLevel] == [0, 1, 2, 3]


def test_the_four_lists_are_the_four_kinds() -> None:
    assert set(queries.KINDS.values()) == {MemberSkill, Qualification, Career, Hobby}
