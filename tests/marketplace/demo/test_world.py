"""The demo world, loaded once by its command and looked at from all sides."""

from collections.abc import Iterator
from time import process_time

import pytest
from flask import Flask
from sqlalchemy import String, func, inspect, select
from sqlalchemy.orm import selectinload

from marketplace import db, demo, storage, texts
from marketplace.accounts import service as accounts
from marketplace.accounts.models import Account, Member
from marketplace.accounts.queries import find_by_username
from marketplace.addresses import PREFECTURES, places_at
from marketplace.applications import queries as application_questions
from marketplace.applications.models import Application, ApplicationState
from marketplace.audit.queries import first_break
from marketplace.careers import queries as careers
from marketplace.careers.models import Career, Hobby, HobbyVisibility, MemberSkill, Qualification, Skill
from marketplace.clock import now
from marketplace.companies import queries as companies
from marketplace.companies.models import BelongingRequest, Company, DomainProof
from marketplace.contracts.models import Contract, ContractEntry, ContractNotice, ContractTerms, Review, ReviewSide
from marketplace.contracts.queries import reviews
from marketplace.db import Model
from marketplace.demo import papers, reading
from marketplace.demo.banks import bank
from marketplace.demo.sign_ins import number_of_moderator
from marketplace.events.models import Event
from marketplace.follows.models import Follow
from marketplace.follows.queries import Tab, counts_of
from marketplace.jobs import queries as job_questions
from marketplace.jobs.categories import Category
from marketplace.jobs.models import Job, JobState
from marketplace.kana import is_katakana_name
from marketplace.messages.models import Conversation, Message, MessageAttachment, Participation, ParticipationState
from marketplace.messages.queries import unread_count
from marketplace.moderation import queries
from marketplace.moderation.models import Appeal, Decision, Report, SubjectKind
from marketplace.profiles.completeness import completeness_of
from marketplace.profiles.models import INTRODUCTION_LENGTH, PersonalDetails, Profile, Status, WantedPlace
from marketplace.profiles.queries import PictureSize, own, picture_file
from marketplace.teams.models import Invitation, JoinRequest, Membership, Team
from marketplace.teams.queries import get_for, waiting_for
from marketplace.verification.models import Verification
from search_index import search, sync
from tests.demo_world import DemoWorld


@pytest.fixture
def world(demo_world: DemoWorld) -> Iterator[Flask]:
    with demo_world.app.app_context(), db.writing():
        yield demo_world.app
        db.rollback()


def count(kind: type[Model], *conditions: object) -> int:
    question = select(func.count()).select_from(kind)
    return db.db.session.scalar(question.where(*conditions)) or 0  # type: ignore[arg-type]


def rows(kind: type[Model]) -> list[Model]:
    return list(db.db.session.scalars(select(kind)))


def member(username: str) -> Member:
    found = find_by_username(username)
    assert found is not None
    return found


def test_everybody_and_everything_is_there(world: Flask) -> None:
    workers = reading.workers()
    assert count(Account) == len(workers) + len(reading.clients())
    assert count(Member, Member.published_at.is_not(None)) == len(workers) == 301
    for kind, words in (
        (MemberSkill, "skills"),
        (Qualification, "qualifications"),
        (Career, "careers"),
        (Hobby, "hobbies"),
    ):
        assert count(kind) == sum(len(worker.get(words, [])) for worker in workers)
    assert count(WantedPlace) == sum(len(worker.get("wanted", [])) for worker in workers)
    assert count(Follow) == len(reading.follows()) == 2_000
    reported = len(bank("office")["conversation"])
    assert len(reading.conversations()) == 200
    assert count(Conversation) == 200 + reported
    assert count(Message) == sum(len(each["message"]) for each in reading.conversations()) + reported


def test_one_can_really_sign_in(world: Flask) -> None:
    sign_ins = demo.sign_ins()
    assert [each.name for each in sign_ins] == [
        "三宅ことは",
        "高瀬 律",
        "佐藤みのり",
        "星野なつ",
        "はなれ食堂",
        "とも",
        "木下ひとみ",
    ]
    for each in sign_ins:
        signed_in = accounts.sign_in(each.email, each.password, "Browser of the tests", "127.0.0.1")
        assert signed_in is not None


def test_a_second_world_is_refused(world: Flask) -> None:
    result = world.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1
    assert "not empty" in result.output
    assert count(Account) == len(reading.workers()) + len(reading.clients())


def test_every_text_fits_where_it_stands(world: Flask) -> None:
    """SQLite would take longer ones."""
    kinds = (Account, Member, Profile, PersonalDetails, Skill, MemberSkill, Qualification, Career, Hobby, Conversation)
    for kind in kinds:
        for column in inspect(kind).columns:
            if isinstance(column.type, String) and column.type.length:
                longest = db.db.session.scalar(select(func.max(func.length(column)))) or 0
                assert longest <= column.type.length, column
    assert db.db.session.scalar(select(func.max(func.length(Profile.introduction)))) <= INTRODUCTION_LENGTH


def test_every_text_is_as_a_form_would_have_cleaned_it(world: Flask) -> None:
    for profile in rows(Profile):
        assert isinstance(profile, Profile)
        assert texts.multi_line(profile.introduction, 2_000) == profile.introduction
        assert texts.single_line(profile.headline, 60) == profile.headline
    for details in rows(PersonalDetails):
        assert isinstance(details, PersonalDetails)
        assert not details.name_kana or is_katakana_name(details.name_kana)
    for message in rows(Message):
        assert isinstance(message, Message)
        assert texts.multi_line(message.body, 10_000) == message.body
    for career in rows(Career):
        assert isinstance(career, Career)
        assert texts.multi_line(career.duties, 2_000) == career.duties
        assert texts.single_line(career.role, 80) == career.role


def test_they_live_everywhere_where_the_post_says(world: Flask) -> None:
    details = db.db.session.scalars(select(PersonalDetails).where(PersonalDetails.postal_code.is_not(None))).all()
    assert {each.prefecture for each in details} == {prefecture.code for prefecture in PREFECTURES}
    for each in details:
        places = places_at(each.postal_code or "")
        assert (each.prefecture, each.city) in {(place.prefecture_code, place.city) for place in places}


def test_everything_happened_in_the_past_and_in_a_possible_order(world: Flask) -> None:
    members = {each.id: each for each in db.db.session.scalars(select(Member))}
    for each in members.values():
        assert each.created_at < (each.published_at or now()) <= now()
        assert each.last_active_on is not None
    for edge in db.db.session.scalars(select(Follow)):
        assert max(members[edge.from_id].created_at, members[edge.to_id].created_at) < edge.created_at < now()
    for thread in db.db.session.scalars(select(Conversation)):
        written = select(Message).where(Message.conversation_id == thread.id).order_by(Message.id)
        moments = [message.created_at for message in db.db.session.scalars(written)]
        assert [thread.created_at, *moments, thread.last_message_at] == sorted(
            [thread.created_at, *moments, moments[-1]]
        )


def test_what_is_recorded_happened_when_it_happened(world: Flask) -> None:
    moments = {each.created_at for each in db.db.session.scalars(select(Follow))}
    moments |= {each.created_at for each in db.db.session.scalars(select(Message))}
    for kind in (Team, Invitation, JoinRequest):
        moments |= {each.created_at for each in db.db.session.scalars(select(kind))}
    moments |= {each.joined_at for each in db.db.session.scalars(select(Membership))}
    for moment in (Report.created_at, Decision.made_at, Appeal.filed_at, Verification.decided_at):
        moments |= set(db.db.session.scalars(select(moment)))
    for moment in (Company.created_at, Job.created_at, Job.closed_at):
        moments |= set(db.db.session.scalars(select(moment)))
    for moment in (Contract.created_at, Contract.started_at, Contract.ended_at, ContractEntry.created_at):
        moments |= set(db.db.session.scalars(select(moment)))
    for moment in (ContractTerms.created_at, ContractTerms.agreed_at, ContractNotice.delivered_at, Review.written_at):
        moments |= set(db.db.session.scalars(select(moment)))
    for moment in (Application.created_at, Application.opened_at, Application.ended_at):
        moments |= set(db.db.session.scalars(select(moment)))
    moments |= {each.created_at for each in db.db.session.scalars(select(BelongingRequest))}
    for each in db.db.session.scalars(select(Member)):
        moments |= {each.created_at, each.published_at or each.created_at}
    found = {(each.kind.value, each.created_at) for each in db.db.session.scalars(select(Event))}
    assert not {each for each in found if each[1] not in moments}


def test_every_worker_was_told_the_terms_when_both_had_agreed(world: Flask) -> None:
    """At once, as the law wants it; not when the world was made."""
    told = select(ContractTerms.agreed_at, ContractNotice.delivered_at)
    moments = db.db.session.execute(
        told.join(ContractNotice, ContractNotice.terms_id == ContractTerms.id, isouter=True).where(
            ContractTerms.agreed_at.is_not(None)
        )
    ).all()
    assert moments
    assert all(delivered_at == agreed_at for agreed_at, delivered_at in moments)


def test_a_status_is_as_old_as_its_text_says(world: Flask) -> None:
    told = {worker["username"]: worker for worker in reading.workers()}
    for profile in db.db.session.scalars(select(Profile).join(Profile.member)):
        username = db.db.session.get_one(Member, profile.member_id).username
        if "status" not in told.get(username, {}):
            assert profile.status is None
            assert profile.status_confirmed_at is None
            continue
        assert profile.status is Status(told[username]["status"])
        assert profile.status_confirmed_at is not None
        assert (now() - profile.status_confirmed_at).days == told[username]["status_days_ago"]


def test_only_what_the_texts_call_unread_is_unread(world: Flask) -> None:
    expected: dict[str, int] = {}
    for thread in reading.conversations():
        for message in thread["message"]:
            (reader,) = set(thread["between"]) - {message["sender"]}
            is_new = message.get("unread", False) and not thread.get("waits", False)
            expected[reader] = expected.get(reader, 0) + is_new
    assert sum(expected.values()) > 0
    assert {username: unread_count(member(username)) for username in expected} == expected
    assert count(Participation) == 2 * count(Conversation)


def test_one_waits_as_a_request_files_go_along_and_one_was_acknowledged(world: Flask) -> None:
    (asked,) = [thread for thread in reading.conversations() if thread.get("waits", False)]
    waiting = db.db.session.scalars(select(Participation).where(Participation.state == ParticipationState.REQUESTED))
    assert [each.member_id for each in waiting] == [member(asked["between"][1]).id]
    named = sorted(
        db.db.session.scalars(select(MessageAttachment.name).where(MessageAttachment.message_id.is_not(None)))
    )
    assert named == sorted(papers.DRAWN)
    assert count(Message, Message.is_acknowledgement) == 1


def test_those_one_can_be_have_friends_followers_and_messages(world: Flask) -> None:
    counts = counts_of(member("kotoha-miyake"))
    assert counts[Tab.FRIENDS]
    assert counts[Tab.FOLLOWERS] > counts[Tab.FRIENDS]
    assert unread_count(member("kotoha-miyake"))
    assert unread_count(member("hanare-shokudo")) == 3
    assert counts_of(member("minori-sato"))[Tab.FRIENDS] > counts[Tab.FRIENDS]
    for client in ("hanare-shokudo", "tomo-client"):
        assert member(client).published_at is None


def test_those_one_can_be_are_asked_into_teams(world: Flask) -> None:
    waiting = waiting_for(member("kotoha-miyake"))
    assert sorted(each.kind for each in waiting) == ["invitation", "invitation", "request"]
    for each in waiting:
        assert each.created_at < now() < each.expires_at
    for place in db.db.session.scalars(select(Membership)):
        assert db.db.session.get_one(Team, place.team_id).created_at <= place.joined_at <= now()


def test_whoever_only_began_is_told_how_to_go_on(world: Flask) -> None:
    told = completeness_of(own(member("natsu-hoshino")), skills=1, careers=0)
    assert 40 < told.percent < 70
    assert told.missing


def test_pictures_are_stored_in_every_size(world: Flask) -> None:
    keys = db.db.session.scalars(select(Member.picture_key).where(Member.picture_key.is_not(None))).all()
    assert len(keys) >= 20
    for key in keys:
        assert key is not None
        assert all(storage.get(picture_file(key, size)).startswith(b"RIFF") for size in PictureSize)


def test_hobbies_keep_the_readers_that_their_texts_give_them(world: Flask) -> None:
    listed = [hobby for worker in reading.workers() for hobby in worker.get("hobbies", [])]
    for visibility in HobbyVisibility:
        expected = sum(hobby.get("visibility", "public") == visibility for hobby in listed)
        assert count(Hobby, Hobby.visibility == visibility) == expected


def test_the_world_is_found(world: Flask) -> None:
    sync.rebuild()
    found = search("取扱説明書")
    assert member("ritsu-takase").id in {hit.key for hit in found.hits}
    assert search("").total == 301


def test_a_load_that_is_broken_off_leaves_nothing(session: None) -> None:
    def break_off(done: int, total: int) -> None:
        if done > total / 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.load(break_off)
    db.rollback()
    assert demo.is_empty()


@pytest.mark.prove
def test_the_world_is_made_within_a_minute_of_the_processor(session: None) -> None:
    told: list[tuple[int, int]] = []
    started = process_time()
    demo.load(lambda done, total: told.append((done, total)))
    assert process_time() - started < 60
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_without_the_world_nobody_is_offered(session: None) -> None:
    assert demo.is_empty()
    assert demo.sign_ins() == []


def test_the_office_has_a_case_to_look_into_and_an_appeal_to_answer(world: Flask) -> None:
    assert number_of_moderator().isdecimal()
    waiting = queries.workload()
    assert (waiting.cases, waiting.appeals) == (3, 1)
    (filed,) = queries.open_appeals()
    assert member("hitomi-kinoshita").is_moderator
    alike = next(row for row in queries.look_alikes(SubjectKind.MEMBER).rows if row.original.is_moderator)
    assert (alike.alike.username, alike.original.username) == ("yoshioka-kei-office", "yoshioka-kei")
    skill = careers.find_skill("インボイス制度対応")
    assert skill is not None
    assert skill.name == "インボイス対応"
    assert filed.against_id == member("yoshioka-kei").id
    assert first_break() is None


def test_companies_are_registered_shown_and_asked(world: Flask) -> None:
    assert count(Company) == 4
    assert count(DomainProof) == 0
    company = companies.get_live("minagiwasokki")
    places = companies.belongings_in(None, company).rows
    assert all(place.belonging.proven_at for place in places)
    assert [domain.domain for domain in company.domains] == ["minagiwa-sokki.example"]
    assert [each.member.username for each in companies.waiting_for(member("kotoha-miyake"))] == ["nagisa-uehara"]
    assert [row.company.slug for row in companies.find("㈱みなぎわ").rows] == ["minagiwasokki"]
    folder = world.extensions["settings"].storage_dir
    for each in db.db.session.scalars(select(Company)):
        assert (folder / picture_file(each.picture_key or "", PictureSize.SMALL)).is_file()


def test_clients_offer_work_of_many_kinds(world: Flask) -> None:
    jobs = db.db.session.scalars(select(Job).where(job_questions.open_to(None))).all()
    assert len(jobs) >= 12
    assert len({job.category for job in jobs}) >= 10
    assert any(job.category is Category.TRANSLATION and "翻訳" in job.title for job in jobs)
    assert {job.state for job in db.db.session.scalars(select(Job))} == set(JobState)


def test_workers_and_teams_apply_and_are_answered(world: Flask) -> None:
    sent = db.db.session.scalars(select(Application).options(selectinload(Application.answers))).all()
    assert {each.state for each in sent} >= {
        ApplicationState.CONFIRMING, ApplicationState.OPEN, ApplicationState.ACCEPTED, ApplicationState.DECLINED
    }  # fmt: skip
    assert any(each.team_id and each.opened_at for each in sent)
    assert max(len(each.answers) for each in sent) > 2
    assert application_questions.broken_shares() == []


def test_work_was_completed_and_both_spoke_of_it(world: Flask) -> None:
    translator = reviews.reputation_of(None, member("ritsu-takase"), ReviewSide.BY_CLIENT)
    assert (translator.completed, translator.count) == (2, 2)
    team = reviews.reputation_of_team(None, get_for(None, "tetsuduki-memo"))
    assert (team.completed, [shown.author.username for shown in team.latest if shown.author]) == (1, ["hanare-shokudo"])
    assert reviews.reputation_of(None, member("tomo-client"), ReviewSide.BY_WORKER).completed == 2
