"""The kinds of people whom every route is tried with, and a small town in which each of them has something."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts import tokens
from marketplace.accounts.models import Member
from marketplace.accounts.tokens import Purpose
from marketplace.attachments import examine
from marketplace.clock import now
from marketplace.companies import queries as companies
from marketplace.companies import service as company_verbs
from marketplace.companies.models import CompanyDomain
from marketplace.jobs import queries as job_questions
from marketplace.jobs import service as jobs
from marketplace.jobs.models import JobConversation, PublishedAnswer
from marketplace.messages import queries as threads
from marketplace.moderation import queries, service
from marketplace.moderation.models import Decision, Measure, ReportReason, SubjectKind
from marketplace.payouts import queries as bank_accounts
from marketplace.payouts import service as payouts
from marketplace.payouts.models import NameGround
from marketplace.pictures import squares_of
from marketplace.profiles import queries as profiles
from marketplace.profiles import service as profile_verbs
from marketplace.teams import queries as teams
from tests.blueprints.applications_of_the_town import apply_in_town
from tests.blueprints.letters import begin
from tests.blueprints.office import Appoint
from tests.blueprints.papers_of_the_town import entrust, look_at_papers
from tests.blueprints.work_of_the_town import work_together
from tests.factories.companies import CompanyFactory
from tests.factories.jobs import whole
from tests.factories.members import PASSWORD, MemberFactory
from tests.factories.teams import TeamFactory
from tests.marketplace.careers.entries import a_skill
from tests.marketplace.payouts.accounts import changes as changes_of_account
from tests.marketplace.payouts.accounts import verify
from tests.marketplace.uploads import PDF, picture
from tests.visit import HOST, Browser, Visitors

KINDS = ("anonymous", "suspended", "stranger", "colleague", "owner", "moderator", "reader")
"""A visitor; somebody who was suspended a moment ago; members: who has nothing to do with it, belongs to the company
and the team, leads them and has papers and accounts; moderators: one who has opened nothing, and one who has opened
the cases and holds the papers.
"""


@dataclass
class Town:
    """What there is, by the names that stand in addresses, and a browser for each kind of people."""

    app: Flask
    browsers: dict[str, Browser] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def value(self, name: str, endpoint: str) -> Any:
        """Return what stands for `name` in the address of `endpoint`."""
        value = self.values[f"{name} of {endpoint}" if f"{name} of {endpoint}" in self.values else name]
        return value[endpoint] if isinstance(value, dict) else value

    def told(self, kind: str, method: str, path: str) -> str:
        """Let somebody ask for `path`, with a token against forgery and nothing else; return the status.

        "login" is being sent to sign in. What they did is taken back, so that the next one finds all as it was.
        """
        browser = self.browsers[kind]
        if kind not in self.tokens:
            self.tokens[kind] = browser.csrf_token()
        with taken_back(self.app):
            if method == "GET":
                answer = browser.client.get(path, base_url=HOST)
            else:
                fields = {"csrf_token": self.tokens[kind]}
                answer = browser.post(path, fields, csrf=False, follow=False).response
        answer.close()
        if answer.status_code == 302 and answer.headers["Location"].startswith("/login"):
            return "login"
        return str(answer.status_code)


@contextmanager
def taken_back(app: Flask) -> Iterator[None]:
    """Take back whatever is committed inside: a savepoint of the transaction in which a test runs."""
    with app.app_context():
        savepoint = db.db.sessionmaker.kw["bind"].begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()


@pytest.fixture
def town(
    app: Flask, visit: Visitors, appoint: Appoint, make_member: MemberFactory, make_company: CompanyFactory,
    make_team: TeamFactory,
) -> Town:  # fmt: skip
    """The town on the evening of its first day."""
    people = {kind: make_member(f"the-{kind}", worker=True) for kind in KINDS[1:]}
    people |= {name: make_member(name, worker=True) for name in ("asker", "alike", "judge")}
    make_company("tea", people["owner"], people["colleague"], corporate_number="7999901000001")
    make_team("tea", people["owner"], people["colleague"])
    found = Town(app, {"anonymous": visit.anonymous})
    found.values = {"conversation_id": begin(app, people["stranger"], people["owner"])}
    with app.app_context(), db.writing():
        _fill(found, {name: db.db.session.get_one(Member, member.id) for name, member in people.items()})
        db.commit()
    for kind, member in people.items():
        found.browsers[kind] = appoint(member) if kind in {"moderator", "reader"} else visit.as_(member)
    with app.app_context(), db.writing():
        _judge({name: db.db.session.get_one(Member, member.id) for name, member in people.items()}, found)
        db.commit()
    return found


def _fill(town: Town, people: dict[str, Member]) -> None:
    """What members do by themselves."""
    owner, asker, stranger = people["owner"], people["asker"], people["stranger"]
    company = companies.get_live("tea")
    db.db.session.add(CompanyDomain(company_id=company.id, domain="tea.example"))
    request = company_verbs.ask(stranger, company)
    named = company_verbs.CompanyChanges.nothing(company).__dict__ | {"picture": squares_of(picture("PNG"))}
    company_verbs.edit(owner, company, company_verbs.CompanyChanges(**named), company.version)
    proof = company_verbs.prove(owner, company, "the-owner@tea.example")
    thread = threads.get_for(owner, town.values["conversation_id"])
    people["alike"].nickname, owner.nickname = "高瀬りツ", "髙瀬リツ"
    owner.identity_verified_at, owner.identity_document = now(), "licence"
    verify(asker)
    account = payouts.save_account(asker, changes_of_account(holder="ﾍﾞﾂ ﾅﾏｴ", ground=NameGround.TRADE_NAME), PASSWORD)
    own = profiles.own(asker)
    changes = {**profile_verbs.ProfileChanges.nothing(own).__dict__, "picture": squares_of(picture("PNG"))}
    profile_verbs.update(asker, profile_verbs.ProfileChanges(**changes), own.profile.version)
    service.report_picture(stranger, asker, ReportReason.OTHER)
    service.report_member(stranger, people["suspended"], ReportReason.FRAUD)
    service.report_team(asker, teams.get_for(None, "tea"), ReportReason.SPAM)
    service.report_company(asker, company, ReportReason.SPAM)
    a_skill(asker, "Excel")
    town.values |= entrust(owner) | _offer_work(owner, town.values["conversation_id"]) | apply_in_town(people)
    town.values |= work_together(people["colleague"], owner)
    town.values |= {
        "slug": "tea",
        "slug of pledges.text": "2026-11-v1",
        "size": "small",
        "request_id": request.id,
        "message_id": threads.newest_id(thread.conversation),
        "username": {
            **dict.fromkeys(("companies.remove", "companies.hand_over"), "the-colleague"),
            **dict.fromkeys(("moderation.open_about", "reports.member"), "asker"),
            "reviews.index": "the-owner",
        },
        "kind": "member",
        "subject_id": people["alike"].id,
        "key": "表計算",
        "account_id": account.id,
        "token": {
            "companies.confirm": tokens.make(Purpose.COMPANY, proof.id, *proof.state),
        },
    }


def _offer_work(owner: Member, conversation_id: int) -> dict[str, Any]:
    """Let there be an open job with a file, about which the conversation is, with a published answer, and a draft."""
    job = jobs.create(owner, "a-job-of-the-town", whole(), [examine("terms.pdf", PDF)])
    jobs.publish(owner, job)
    draft = jobs.create(owner, "a-draft-of-the-town", whole())
    published = PublishedAnswer(job_id=job.id, question="訳す範囲は。", answer="すべてです。")
    db.db.session.add_all([JobConversation(conversation_id=conversation_id, job_id=job.id), published])
    db.db.session.flush()
    numbers = dict.fromkeys(("jobs.discard", "jobs.publish"), draft.id) | {"jobs.detach": job.id}
    file_id = job_questions.get_own(owner, job.id).files[0].id
    there = {f"file_id of {name}": file_id for name in ("jobs.attachment", "jobs.detach")}
    there |= {"job_id": job.id, "answer_id": published.id}
    return there | {f"job_id of {name}": number for name, number in numbers.items()}


def _judge(people: dict[str, Member], town: Town) -> None:
    """What moderators have done so far: one is suspended, a team's owner objects, a company is shown again."""
    judge, owner = people["judge"], people["owner"]
    judge.moderator_since = people["moderator"].moderator_since
    _decided(judge, SubjectKind.MEMBER, people["suspended"].id, Measure.SUSPEND)
    warned = _decided(judge, SubjectKind.TEAM, teams.owned_by(owner)[0].id, Measure.WARN)
    service.appeal(owner, warned, "ちがいます。")
    company = companies.get_live("tea")
    hidden = _decided(judge, SubjectKind.COMPANY, company.id, Measure.HIDE)
    service.restore(judge, hidden.case, "確かめました。")
    service.add_alias(judge, "表計算", "Excel")
    case = queries.find_open(SubjectKind.PICTURE, people["asker"].id)
    assert case is not None
    for each in (case, warned.case, hidden.case):
        service.look_into(people["reader"], each)
    payouts.look_at_holder(people["reader"], bank_accounts.get_waiting(town.values["account_id"]))
    papers = look_at_papers(owner, judge, people["reader"])
    page = town.values["document_id"]
    town.values["document_id"] = dict.fromkeys(("verification.page", "verification.remove_page"), page)
    town.values["document_id"]["verification.receipt"] = papers["receipt"]
    town.values["verification_id"] = papers["verification_id"]
    report = queries.get_case(case.id).reports[0]
    town.values |= {"case_id": case.id, "report_id": report.id}
    town.values["decision_id"] = {"moderation.appeal": warned.id, "reports.decision": hidden.id}
    town.values["token"]["reports.decision_by_link"] = tokens.make(Purpose.DECISION, hidden.id, owner.username)


def _decided(judge: Member, subject: SubjectKind, number: int, measure: Measure) -> Decision:
    case = queries.find_open(subject, number)
    assert case is not None
    return service.decide(judge, case, measure, ReportReason.SPAM, "宣伝です。")
