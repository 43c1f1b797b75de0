"""Names that look like others': whose are marked for whom, and what moderators find about them."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.audit.models import AuditDeed, AuditEntry
from marketplace.clock import now
from marketplace.companies import service as companies
from marketplace.companies.models import Company
from marketplace.companies.service import CompanyChanges
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.follows import service as follows
from marketplace.follows.look_alikes import look_alikes_among
from marketplace.moderation import queries, service
from marketplace.moderation.models import Measure, ReportReason, SubjectKind
from tests.factories.companies import CompanyFactory
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.marketplace.circles.ties import befriend
from tests.races import at_once, committing

pytestmark = pytest.mark.usefixtures("session")

REAL, FALSE = "高瀬リツ", "髙瀬りツ"


@pytest.fixture
def real(make_member: MemberFactory) -> Member:
    return make_member("ritsu-takase", REAL, worker=True)


@pytest.fixture
def false(make_member: MemberFactory) -> Member:
    return make_member("takase-ritsu", FALSE, worker=True)


@pytest.fixture
def moderator(make_member: MemberFactory) -> Member:
    moderator = make_member("mori", "Mori")
    moderator.moderator_since = now()
    db.db.session.flush()
    return moderator


def marked(viewer: Member | None, *members: Member) -> set[int]:
    db.db.session.flush()
    return set(look_alikes_among(viewer, members))


def recorded() -> list[tuple[AuditDeed, int | None, str, int | None, dict[str, int]]]:
    entries = db.db.session.scalars(select(AuditEntry).order_by(AuditEntry.number))
    return [(each.deed, each.actor_id, each.subject, each.subject_id, each.details) for each in entries]


def waiting(subject: SubjectKind = SubjectKind.MEMBER) -> list[tuple[int, int]]:
    db.db.session.flush()
    return [(row.alike.id, row.original.id) for row in queries.look_alikes(subject).rows]


@pytest.mark.usefixtures("session")
def test_a_name_is_marked_when_somebody_checked_is_called_so(real: Member, false: Member, ana: Member) -> None:
    assert marked(ana, real, false) == marked(None, real, false) == set()
    real.identity_verified_at, real.identity_document = now(), "licence"
    assert marked(ana, real, false, ana) == marked(None, real, false) == {false.id}


@pytest.mark.usefixtures("session")
def test_a_name_is_marked_when_a_moderator_is_called_so(real: Member, false: Member, ana: Member) -> None:
    real.moderator_since = now()
    assert marked(ana, real, false) == {false.id}


@pytest.mark.usefixtures("session")
def test_a_name_is_marked_for_the_friends_of_whom_it_looks_like(
    real: Member, false: Member, ana: Member, ben: Member
) -> None:
    befriend((ana, real))
    assert marked(ana, real, false) == {false.id}
    assert marked(ben, real, false) == set()
    follows.unfollow(real, ana)
    assert marked(ana, real, false) == set()


@pytest.mark.usefixtures("session")
def test_whom_one_may_not_know_of_marks_nothing(real: Member, false: Member, ana: Member) -> None:
    real.identity_verified_at, real.identity_document = now(), "licence"
    follows.block(real, ana)
    assert marked(ana, false) == set()
    assert marked(None, false) == {false.id}


@pytest.mark.usefixtures("session")
def test_the_skeleton_follows_the_name(real: Member, false: Member, ana: Member) -> None:
    real.identity_verified_at, real.identity_document = now(), "licence"
    false.nickname = "別の人"
    assert marked(ana, false) == set()
    false.nickname = REAL
    assert marked(ana, false) == {false.id}


@pytest.mark.usefixtures("session")
def test_moderators_are_shown_who_looks_like_somebody_checked(
    real: Member, false: Member, moderator: Member, ana: Member
) -> None:
    assert waiting() == []
    real.identity_verified_at, real.identity_document = now(), "licence"
    assert waiting() == [(false.id, real.id)]
    found = queries.get_look_alike(SubjectKind.MEMBER, false.id)
    for actor in (ana, real):
        with pytest.raises(NotAllowed):
            service.leave_name(actor, found)
        with pytest.raises(NotAllowed):
            service.question_name(actor, found)
    service.leave_name(moderator, found)
    assert recorded() == [(AuditDeed.NAME_LEFT, moderator.id, "member", false.id, {"like": real.id})]
    assert waiting() == []
    with pytest.raises(Conflict):
        service.question_name(moderator, found)
    (settled,) = queries.look_alikes(SubjectKind.MEMBER, is_settled=True).rows
    assert settled.settled is not None
    assert (settled.settled.moderator_id, settled.settled.is_asked) == (moderator.id, False)
    # A name that changes is looked at again.
    false.nickname = "高橋"
    with pytest.raises(NotFound):
        queries.get_look_alike(SubjectKind.MEMBER, false.id)


@pytest.mark.usefixtures("session")
def test_who_is_checked_too_and_who_is_hidden_is_not_listed(real: Member, false: Member) -> None:
    real.identity_verified_at, real.identity_document = now(), "licence"
    false.hidden_at = now()
    assert waiting() == []
    false.hidden_at = None
    false.identity_verified_at, false.identity_document = now(), "licence"
    assert waiting() == []


@pytest.mark.usefixtures("session")
def test_asking_to_change_a_name_opens_a_case_in_which_the_same_moderator_decides(
    real: Member, false: Member, moderator: Member
) -> None:
    real.identity_verified_at, real.identity_document = now(), "licence"
    db.db.session.flush()
    number = service.question_name(moderator, queries.get_look_alike(SubjectKind.MEMBER, false.id)).id
    db.db.session.expire_all()
    noted = {"like": real.id, "case": number}
    assert recorded() == [(AuditDeed.NAME_QUESTIONED, moderator.id, "member", false.id, noted)]
    case = queries.get_case(number)
    (report,) = case.reports
    assert report.reason is ReportReason.IMPERSONATION
    assert (case.subject_id, case.member_id, report.reporter) == (false.id, false.id, None)
    assert report.evidence["nickname"] == FALSE
    assert "@ritsu-takase" in report.comment
    assert queries.reporter_ids(case) == []
    assert case.urgency >= 20
    service.look_into(moderator, case)
    decision = service.decide(moderator, case, Measure.WARN, ReportReason.OTHER, "名前を変えてください。")
    assert service.appeal(false, decision, "本名です。").decision_id == decision.id


@pytest.mark.usefixtures("session")
def test_teams_and_companies_are_shown_beside_the_first_of_the_name(
    ana: Member, ben: Member, moderator: Member, make_team: TeamFactory, make_company: CompanyFactory
) -> None:
    first, second = make_team("yomimono", ana), make_team("yornimono", ben)
    first.name, second.name = "よみものやカ", "よみものや力"
    assert waiting(SubjectKind.TEAM) == [(second.id, first.id)]
    one = make_company("minagiwa", ana, name="株式会社ミナギワ")
    other = make_company("minagiwa2", ben, name="㈱三ナギワ")
    assert waiting(SubjectKind.COMPANY) == [(other.id, one.id)]
    ben.moderator_since = now()
    with pytest.raises(NotAllowed):
        service.leave_name(ben, queries.get_look_alike(SubjectKind.COMPANY, other.id))
    companies.edit(ben, other, CompanyChanges(name="みぎわ"), other.version)
    assert waiting(SubjectKind.COMPANY) == []
    service.question_name(moderator, queries.get_look_alike(SubjectKind.TEAM, second.id))
    assert queries.find_open(SubjectKind.TEAM, second.id) is not None


@pytest.mark.usefixtures("session")
def test_a_company_that_looks_like_a_confirmed_one_is_shown_though_it_is_older(
    ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    older = make_company("older", ana, name="珈琲")
    confirmed = make_company("tea", ben, name="株式会社お茶", domain="tea.example")
    assert waiting(SubjectKind.COMPANY) == []
    companies.edit(ana, older, CompanyChanges(name="お茶(株)"), older.version)
    assert (older.id, confirmed.id) in waiting(SubjectKind.COMPANY)
    companies.edit(ben, confirmed, CompanyChanges(name="お茶の間"), confirmed.version)
    assert waiting(SubjectKind.COMPANY) == []


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("name", ["みなぎわ株式会社", "みなぎわ ㈱", "㍿みなぎわ", "(株)みなぎわ(有)"])
def test_a_company_looks_like_another_whichever_form_stands_where(
    ana: Member, ben: Member, make_company: CompanyFactory, name: str
) -> None:
    one, other = make_company("minagiwa", ana, name="株式会社みなぎわ"), make_company("minagiwa2", ben, name=name)
    assert waiting(SubjectKind.COMPANY) == [(other.id, one.id)]
    other.name = "みなぎわ(京都)"
    assert waiting(SubjectKind.COMPANY) == []


@pytest.mark.real_commits
def test_of_many_who_settle_a_name_at_once_one_does(app: Flask, make_member: MemberFactory) -> None:
    with app.app_context(), db.writing():
        real, false, actor = make_member("real", REAL), make_member("false", FALSE), make_member("mori")
        real.identity_verified_at = actor.moderator_since = now()
        real.identity_document = "licence"
        db.commit()
        number, key = actor.id, false.id

    def settle(turn: int) -> None:
        moderator = db.db.session.get_one(Member, number)
        verb: Callable[..., object] = service.leave_name if turn % 2 else service.question_name
        verb(moderator, queries.get_look_alike(SubjectKind.MEMBER, key))

    def tried(turn: int) -> str:
        try:
            committing(app, settle)(turn)
        except Conflict:
            return "Conflict"
        return "done"

    assert sorted(at_once(tried, 20)) == ["Conflict"] * 19 + ["done"]


@pytest.mark.usefixtures("session")
def test_a_company_that_is_merged_or_closed_is_not_listed(
    ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, name="お茶")
    other: Company = make_company("tea2", ben, name="お茶")
    assert len(waiting(SubjectKind.COMPANY)) == 1
    companies.close(ben, other)
    assert waiting(SubjectKind.COMPANY) == []
