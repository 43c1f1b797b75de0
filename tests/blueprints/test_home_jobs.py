"""Open jobs on マイページ: those that fit, and those of people nearby."""

from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.careers.models import SkillLevel
from marketplace.follows import service as follows
from search_index import sync
from tests.blueprints.letters import follow
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.marketplace.careers.entries import a_skill
from tests.visit import Visitors


def reindex(app: Flask) -> None:
    with app.app_context():
        sync.rebuild()


def test_jobs_that_fit_and_jobs_of_people_nearby_stand_on_my_page(
    app: Flask,
    visit: Visitors,
    make_job: JobFactory,
    make_member: MemberFactory,
    ana: Member,
    ben: Member,
    cleo: Member,
) -> None:
    """Ben is a friend of Ana's, Dora, who has no page, of Ben's; Cleo nobody's."""
    dora = make_member("dora", "Dora")
    for one, other in ((ana, ben), (ben, ana), (ben, dora), (dora, ben)):
        follow(app, one, other)
    with app.app_context(), db.writing():
        own = db.db.session.get_one(Member, ana.id)
        a_skill(own, "Excel", level=SkillLevel.WORKING)
        db.commit()
    make_job(ben, "友達の案件")
    make_job(dora, "友達の友達の案件")
    make_job(cleo, "知らない人の案件", skills=("Excel",))
    reindex(app)
    page = visit.as_(ana).open("home.mypage")
    assert page.find_all("#fits h3") == ["知らない人の案件"]
    assert "「Excel」を実務で使える" in page.text
    assert page.find_all("#connected h3") == ["友達の友達の案件", "友達の案件"]
    (way, _friend) = page.find_all("#connected .tie")
    assert "Ben" in way
    many = page.statements
    assert many == 10, "two more for the way to a friend's friend"
    make_job(ben, "もう一つ", skills=("Excel",))
    reindex(app)
    assert visit.as_(ana).open("home.mypage").statements == many
    with app.app_context(), db.writing():
        follows.block(*(db.db.session.get_one(Member, each.id) for each in (dora, ana)))
        db.commit()
    assert visit.as_(ana).open("home.mypage").find_all("#connected h3") == ["もう一つ", "友達の案件"]
