"""What an export holds: everything of one's own, of others the name alone, and nothing that a spreadsheet would run."""

import csv
import io
import json
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace import db, outbox, storage, tables, texts
from marketplace.accounts import passwords
from marketplace.accounts.models import Member
from marketplace.careers import service as careers
from marketplace.careers.models import CareerCategory
from marketplace.clock import now, today
from marketplace.errors import Conflict, NotFound
from marketplace.follows import service as follows
from marketplace.i18n import speaking
from marketplace.leaving import archive, areas, queries, service
from marketplace.leaving.models import EXPORT_KEPT_FOR, GIVEN_UP_AFTER, Export, ExportState
from marketplace.messages import service as messages
from marketplace.messages.models import Message
from marketplace.profiles.models import PersonalDetails, Profile, School, SchoolKind
from tests.factories.companies import CompanyFactory
from tests.factories.members import PASSWORD, MemberFactory
from tests.factories.teams import TeamFactory
from tests.marketplace.leaving import whole_member
from tests.marketplace.leaving.whole_member import WORD

pytestmark = pytest.mark.usefixtures("session")


def here(member: Member) -> Member:
    return db.db.session.get_one(Member, member.id)


def exported(member: Member, language: str = "ja") -> ZipFile:
    file = io.BytesIO()
    with speaking(language):
        archive.write(here(member), file)
    return ZipFile(file)


def json_of(found: ZipFile, name: str) -> Any:
    return json.loads(found.read(name))


def rows_of(found: ZipFile, name: str) -> list[list[str]]:
    text = found.read(name)
    assert text.startswith("\ufeff".encode())
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))


def filled(make_member: MemberFactory, make_team: TeamFactory, make_company: CompanyFactory) -> tuple[Member, Member]:
    member, other = make_member("whole", worker=True), make_member("other", worker=True)
    whole_member.fill(member, other, make_team("kaki", other), make_company("umibe", other))
    return member, other


def test_every_area_of_a_member_who_has_everything_is_there(
    make_member: MemberFactory, make_team: TeamFactory, make_company: CompanyFactory
) -> None:
    member, _other = filled(make_member, make_team, make_company)
    found = exported(member)
    assert found.testzip() is None
    for name in areas.AREAS:
        assert json_of(found, f"{name}.json") not in ({}, None), name
    full = ("profile", "skills", "qualifications", "careers", "hobbies", "sessions", "drafts", "teams", "companies")
    for name in (*full, "moderation", "verifications", "pledges", "bank-accounts"):
        assert WORD in found.read(f"{name}.json").decode(), name
    assert found.read("files/picture.webp") == WORD.encode()
    own = [name for name in found.namelist() if name.startswith("files/")]
    assert len([name for name in own if name.startswith("files/careers/")]) == 1
    assert len([name for name in own if name.startswith("files/messages/")]) == 3
    for name in found.namelist():
        assert name.partition("/")[0] in {"files", "messages"} or name.endswith((".json", ".csv", ".txt"))


def test_no_secret_is_in_it(make_member: MemberFactory, make_team: TeamFactory, make_company: CompanyFactory) -> None:
    """Neither password nor keys of an app, nor who reported or judged the member, nor what was copied from others."""
    member, _other = filled(make_member, make_team, make_company)
    found = exported(member)
    words = " ".join(found.read(name).decode() for name in found.namelist() if name.endswith((".json", ".csv")))
    for secret in ("argon2", "digest", "fs_uniquifier", "reporter", "moderator_id", "evidence", "storage_key"):
        assert secret not in words, secret


def test_of_others_only_names_are_in_it(ana: Member, make_member: MemberFactory) -> None:
    other = make_member("other", "Otto", worker=True, introduction="other-private-word")
    db.db.session.get_one(PersonalDetails, other.id).name = "other-private-word"
    follows.follow(here(ana), here(other))
    follows.follow(here(other), here(ana))
    messages.start(here(other), here(ana), "図版の件", "お送りします。", "once-and-for-all-1")
    found = exported(ana)
    everything = b" ".join(found.read(name) for name in found.namelist()).decode()
    assert "other-private-word" not in everything
    assert "other@example.com" not in everything
    assert json_of(found, "following.json")[0]["username"] == "other"
    assert json_of(found, "followers.json")[0]["nickname"] == "Otto"


def test_who_has_blocked_the_member_is_not_told(ana: Member, ben: Member) -> None:
    follows.follow(here(ben), here(ana))
    follows.block(here(ben), here(ana))
    found = exported(ana)
    assert b"ben" not in b" ".join(found.read(name) for name in found.namelist() if "followers" in name)
    assert json_of(found, "blocks.json") == []
    assert json_of(exported(ben), "blocks.json")[0]["username"] == "ana"


def test_messages_hold_what_both_wrote_but_not_what_the_moderators_hid(ana: Member, ben: Member) -> None:
    number = messages.start(here(ben), here(ana), "図版の件", "見えること", "once-and-for-all-1")
    hidden = Message(conversation_id=number, sender_id=ben.id, body="隠されたこと", once="x", hidden_at=now())
    db.db.session.add(hidden)
    db.db.session.flush()
    found = exported(ana)
    thread = json_of(found, f"messages/{number}.json")
    assert thread["title"] == "図版の件"
    assert [each["body"] for each in thread["messages"]] == ["見えること", None]
    assert rows_of(found, "messages.csv")[1][5] == "見えること"
    assert "隠されたこと" in exported(ben).read(f"messages/{number}.json").decode()


def test_who_has_left_has_no_name_in_the_export_of_another(ana: Member, ben: Member) -> None:
    number = messages.start(here(ben), here(ana), "図版の件", "お送りします。", "once-and-for-all-1")
    service.leave(here(ben), PASSWORD)
    found = exported(ana)
    assert json_of(found, f"messages/{number}.json")["with"] == [{"username": None, "nickname": "退会した会員"}]


@pytest.mark.parametrize(
    "typed", ["=1+1", "+81 90", "-1", "@SUM(A1)", "\t=1", "  =1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20A"]
)
def test_no_cell_is_a_formula(typed: str) -> None:
    assert texts.safe_cell(typed) == f"'{typed}"
    assert texts.safe_cell("1 + 1 = 2") == "1 + 1 = 2"


def test_lists_are_spreadsheets_too(ana: Member) -> None:
    careers.careers.add(here(ana), category=CareerCategory.OTHER, started_on=today(), company="=HYPERLINK(1)")
    head, row = rows_of(exported(ana), "careers.csv")
    assert row[head.index("company")] == "'=HYPERLINK(1)"
    assert rows_of(exported(ana), "skills.csv") == []


def test_the_cv_is_a_json_resume(ana: Member) -> None:
    profile = db.db.session.get_one(Profile, ana.id)
    profile.headline, profile.schools = "計測機器の翻訳", (School(SchoolKind.UNIVERSITY, "みやこ大学"),)
    details = db.db.session.get_one(PersonalDetails, ana.id)
    details.name, details.prefecture, details.city = "三宅 ことは", "26", "京都市"
    about = {"started_on": today() - timedelta(days=400), "ended_on": today()}
    careers.careers.add(here(ana), category=CareerCategory.OTHER, company="みなぎわ測器", role="翻訳", **about)
    careers.careers.add(here(ana), category=CareerCategory.STUDY, company="夜間の学校", role="製本", **about)
    cv = json_of(exported(ana), "resume.json")
    assert cv["basics"]["name"] == "三宅 ことは"
    assert cv["basics"]["location"] == {"region": "京都府", "city": "京都市", "countryCode": "JP"}
    assert [each["name"] for each in cv["work"]] == ["みなぎわ測器"]
    assert cv["work"][0]["endDate"] == today().replace(day=1).isoformat()
    assert [each["institution"] for each in cv["education"]] == ["みやこ大学", "夜間の学校"]
    assert cv["meta"]["version"] == "v1.0.0"


def test_what_is_what_is_said_in_the_members_language(ana: Member) -> None:
    assert "ユーザー名: ana" in exported(ana).read("README.txt").decode()
    assert "Username: ana" in exported(ana, "en").read("README.txt").decode()


def test_one_is_made_at_a_time_and_one_that_was_never_made_can_be_asked_for_anew(ana: Member) -> None:
    with pytest.raises(passwords.Wrong):
        service.ask_for_export(here(ana), "not mine at all")
    first = service.ask_for_export(here(ana), PASSWORD)
    with pytest.raises(Conflict):
        service.ask_for_export(here(ana), PASSWORD)
    with time_machine.travel(now() + GIVEN_UP_AFTER + timedelta(minutes=1)):
        service.ask_for_export(here(ana), PASSWORD)
    db.db.session.refresh(first)
    assert first.state is ExportState.GONE


def test_the_file_goes_when_its_time_is_over(ana: Member, app: Flask) -> None:
    export = service.ask_for_export(here(ana), PASSWORD)
    service.begin_export(0, {"id": export.id})
    service.make_export(0, {"id": export.id})
    key = export.storage_key
    assert key is not None
    assert storage.exists(key)
    assert queries.export_for(here(ana), export.id).id == export.id
    service.expire_export(0, {"id": export.id})
    assert export.state is ExportState.READY
    with time_machine.travel(now() + EXPORT_KEPT_FOR + timedelta(minutes=1)):
        with pytest.raises(NotFound):
            queries.export_for(here(ana), export.id)
        for _time in range(2):
            service.expire_export(0, {"id": export.id})
        db.db.session.flush()
    deleted = select(outbox.Errand.payload).where(outbox.Errand.topic == storage.DELETE)
    assert db.db.session.scalars(deleted).all() == [{"key": key}]
    assert export.storage_key is None


def test_an_export_that_is_made_twice_is_one_file(ana: Member) -> None:
    export = service.ask_for_export(here(ana), PASSWORD)
    service.make_export(0, {"id": export.id})
    key = export.storage_key
    service.make_export(0, {"id": export.id})
    assert db.db.session.get_one(Export, export.id).storage_key == key


def test_nothing_of_a_member_is_forgotten_when_a_table_is_added() -> None:
    """A new table that names members: export it (areas.include), or say here why not."""
    left_out = {
        "recovery_codes": "digests",
        "second_factors": "a secret; that there is one is said",
        "events": "what happened is told by notifications and by what came of it",
        "domain_proofs": "a mail on its way, for a day",
        "flags": "what the program noticed of messages that are exported",
        "looks": "moderators' own",
        "settled_names": "moderators' own",
        "name_comparisons": "the sentence reached the member by mail",
        "cases": "decisions are told",
        "exports": "itself",
        "calendar_feeds": "a digest",
        "saved_search_hits": "what searches that are exported found, of which mails told",
        "pledge_progress": "what is on its way is no pledge yet",
    }
    told = {
        *("accounts", "members", "email_changes", "sessions", "drafts", "profiles", "personal_details"),
        *("member_skills", "qualifications", "careers", "hobbies", "follows", "blocks", "dismissals", "memberships"),
        *("invitations", "join_requests", "belongings", "belonging_requests", "participations", "messages"),
        *("message_attachments", "notifications", "notification_preferences", "reports", "decisions", "appeals"),
        *("applications", "application_shares", "jobs"),
        *("saved_searches", "verifications", "pledges", "bank_accounts", "payee_details"),
        *("contracts", "contract_terms", "contract_shares", "contract_entries", "contract_attachments"),
        *("contract_notices", "contract_endings", "contacts", "reviews"),
        *("secrecy_agreements", "secrecy_signatures"),
    }
    assert {*whole_member.tables_that_name_members()} - told - left_out.keys() == set()
    assert told | left_out.keys() <= {table.name for table in tables.metadata.tables.values()}
