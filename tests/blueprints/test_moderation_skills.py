"""The office's pages about skills and figures."""

import csv
import io

from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.audit.models import AuditDeed
from marketplace.careers import queries as careers
from tests.blueprints.office import Appoint
from tests.blueprints.test_moderation import deeds
from tests.factories.members import MemberFactory
from tests.marketplace.careers.entries import a_skill
from tests.visit import Visitors


def give(app: Flask, member: Member, *names: str) -> None:
    with app.app_context(), db.writing():
        for name in names:
            a_skill(db.db.session.get_one(Member, member.id), name)
        db.commit()


def test_a_spelling_is_looked_at_and_then_added(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, appoint: Appoint
) -> None:
    give(app, ben, "イラストレータ", "Illustrator")
    give(app, cleo, "イラストレータ")
    page = appoint(ana).open("moderation.skills")
    look = page.submit("確認する", spelling="いらすとれーた", skill="illustrator")
    assert page.submit("確認する", spelling="", skill="").status == 422
    look = page.submit("確認する", spelling="イラストレータ", skill="illustrator")
    assert look.find_all(".pairs dd")[0].startswith("イラストレータ 全角と半角")
    assert look.find_all(".pairs dd")[1:3] == ["2人 うち1人は両方を登録", "0チーム"]
    assert deeds(app) == []
    done = look.submit("まとめる")
    assert "「イラストレータ」を「Illustrator」にまとめました。" in done.text
    assert deeds(app) == [AuditDeed.ALIAS_ADDED]
    assert "Illustrator" in visit.as_(cleo).open("careers.skills").text
    with app.app_context():
        found = careers.find_skill("いらすとれーた")
        assert found is not None
        assert found.name == "Illustrator"


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    app: Flask, ana: Member, ben: Member, appoint: Appoint
) -> None:
    give(app, ben, "Excel")
    page = appoint(ana).open("moderation.skills")
    again = page.submit("確認する", spelling="表計算", skill="エクセルではない")
    assert (again.status, again.value("spelling")) == (422, "表計算")
    assert "このスキルは、まだだれも登録していません。" in again.errors()["skill"]
    same = page.submit("確認する", spelling="ＥＸＣＥＬ", skill="Excel")
    assert (same.status, "すでに「Excel」として1つになっています" in same.text) == (409, True)


def test_a_spelling_is_taken_back(app: Flask, ana: Member, ben: Member, appoint: Appoint) -> None:
    give(app, ben, "Excel")
    office = appoint(ana)
    office.post("/moderation/skills", {"spelling": "Node/表.計算", "skill": "Excel", "add": "まとめる"})
    page = office.open("moderation.skills", q="Excel")
    assert "スキルの名前" in page.text
    ask = page.follow("外す、node/表計算")
    assert "見つからなくなり" in ask.text
    assert "「node/表計算」を「Excel」から外しました。" in ask.submit("外す").text
    assert deeds(app) == [AuditDeed.ALIAS_ADDED, AuditDeed.ALIAS_REMOVED]
    assert office.post("/moderation/skills/excel/remove").status == 409
    assert office.open_path("/moderation/skills/nothing/remove").status == 404


def test_the_trail_says_it_in_words(app: Flask, ana: Member, ben: Member, appoint: Appoint) -> None:
    give(app, ben, "Excel")
    office = appoint(ana)
    office.post("/moderation/skills", {"spelling": "表計算", "skill": "Excel", "add": "まとめる"})
    assert "名前: 表計算" in office.open("moderation.audit", action="alias.added").text


def test_the_list_costs_the_same_for_one_and_for_many(app: Flask, ana: Member, ben: Member, appoint: Appoint) -> None:
    office = appoint(ana)
    give(app, ben, "Excel")
    one = office.open("moderation.skills").statements
    give(app, ben, *(f"スキル{number:02}" for number in range(20)))
    page = office.open("moderation.skills")
    assert (len(page.find_all("tbody tr")), page.statements) == (20, one)
    assert one == 5


def test_figures_are_bars_a_table_and_a_file(
    app: Flask, visit: Visitors, ana: Member, cleo: Member, make_member: MemberFactory, appoint: Appoint
) -> None:
    office = appoint(ana)
    before = office.open("moderation.figures").statements
    for number in range(5):
        make_member(f"spam-{number}", worker=True)
        page = visit.as_(cleo).open("reports.member", username=f"spam-{number}")
        page.submit("知らせる", reason="spam")
    page = office.open("moderation.cases").follow("操作の記録").follow("日ごとの件数")
    assert page.statements == before == 6
    assert len(page.find_all("tbody tr")) == 30
    assert page.find_all("tbody tr")[0].split()[1] == "5"
    assert page.soup.select("[aria-labelledby='chart-reports-title'] rect title")[0].get_text().endswith(": 5")
    assert "合計5件" in page.text
    assert len(page.follow("90日間").find_all("tbody tr")) == 90
    assert len(office.open("moderation.figures", days="7").find_all("tbody tr")) == 30
    taken = office.open("moderation.figures_as_csv", days=90).response
    rows = list(csv.reader(io.StringIO(taken.get_data(as_text=True).lstrip("\ufeff"))))
    assert rows[0] == ["day", "reports", "decisions", "median_hours", "appeals", "registrations", "publications"]
    assert (len(rows), rows[-1][1:4]) == (91, ["5", "0", ""])
