"""What was checked of a member is said while it is so, and lost when what was checked changes."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import Member
from marketplace.badges import queries
from marketplace.careers import queries as careers
from marketplace.careers.models import Qualification, QualificationCategory
from marketplace.careers.service import qualifications
from marketplace.clock import now, today
from marketplace.companies import queries as company_questions
from marketplace.companies import service as companies
from marketplace.companies.service import CompanyChanges
from marketplace.companies.service.companies import mark_number
from marketplace.companies.service.merging import merge_rows
from marketplace.db import db
from marketplace.pledges import wording
from marketplace.profiles import queries as profiles
from marketplace.profiles import service as profile_verbs
from marketplace.profiles.service import ProfileChanges
from marketplace.verification.models import DocumentKind
from tests.factories.companies import CompanyFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.usefixtures("session")

NUMBER = "7000012050002"


def known(member: Member, kind: DocumentKind = DocumentKind.LICENCE) -> Member:
    """Let the moderators have seen a paper of `member`."""
    row = db.session.get_one(Member, member.id)
    row.identity_verified_at, row.identity_document = now(), kind.value
    db.session.flush()
    return row


def badges_of(member: Member) -> queries.Badges:
    db.session.flush()
    return queries.badges_of([member])[member.id]


def certified(member: Member, name: str = "科学技術翻訳士", **columns: object) -> Qualification:
    """Let the moderators have seen the certificate of a qualification."""
    said = {"category": QualificationCategory.LANGUAGE, "name": name} | columns
    found = qualifications.add(member, **said)  # type: ignore[typeddict-item]
    qualifications.confirm(found.id)
    db.session.flush()
    return found


class TestIdentity:
    def test_it_is_said_with_kind_and_day(self, ana: Member) -> None:
        member = known(ana, DocumentKind.PASSPORT)
        assert badges_of(member).identity == queries.Identity(
            DocumentKind.PASSPORT, member.identity_verified_at or now()
        )
        assert queries.personal(member).identity == badges_of(member).identity

    @pytest.mark.parametrize("name", ["name", "name_kana", "birth_date"])
    def test_another_name_or_birth_date_ends_it_and_the_pledge_with_it(self, ana: Member, name: str) -> None:
        member = known(ana)
        member.pledged_at, member.pledged_version = now(), wording.CURRENT
        assert badges_of(member).pledged_until
        own = profiles.own(member)
        changes = ProfileChanges.nothing(own)
        other = {"name": "高瀬 凛", "name_kana": "タカセ リン", "birth_date": date(1990, 1, 1)}[name]
        profile_verbs.update(member, ProfileChanges(**(vars(changes) | {name: other})), own.profile.version)
        assert (member.identity_verified_at, member.identity_document) == (None, None)
        assert not badges_of(member)

    def test_an_address_may_change(self, ana: Member) -> None:
        member = known(ana)
        own = profiles.own(member)
        changes = ProfileChanges(**(vars(ProfileChanges.nothing(own)) | {"street": "北山町2"}))
        profile_verbs.update(member, changes, own.profile.version)
        assert badges_of(member).identity

    @pytest.mark.parametrize("columns", [{"identity_verified_at": now()}, {"identity_document": "licence"}])
    def test_the_database_refuses_a_day_without_a_paper(self, ana: Member, columns: dict[str, object]) -> None:
        row = db.session.get_one(Member, ana.id)
        for name, value in columns.items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.flush()


class TestPledge:
    def test_it_ends_after_its_last_day_by_itself(self, ana: Member) -> None:
        member = known(ana)
        member.pledged_at, member.pledged_version = now(), wording.CURRENT
        last = badges_of(member).pledged_until
        assert last is not None
        with time_machine.travel(now() + timedelta(days=(last - today()).days), tick=False):
            assert badges_of(member).pledged_until == last
        with time_machine.travel(now() + timedelta(days=(last - today()).days + 1), tick=False):
            assert badges_of(member).pledged_until is None


class TestQualification:
    def test_it_is_said_by_name_and_day(self, ana: Member) -> None:
        certificate = certified(ana)
        qualifications.add(ana, category=QualificationCategory.IT, name="応用情報技術者試験")
        assert badges_of(ana).qualifications == (
            queries.QualificationProof("科学技術翻訳士", certificate.confirmed_at or now(), ("name",)),
        )

    @pytest.mark.parametrize(
        "changed",
        [
            {"name": "別の資格"},
            {"grade": "1級"},
            {"issuer": "別の団体"},
            {"acquired_on": date(2020, 4, 1)},
            {"expires_on": date(2099, 4, 1)},
            {"registration_number": "123"},
        ],
    )
    def test_another_certificate_ends_it(self, ana: Member, changed: dict[str, object]) -> None:
        found = certified(ana)
        said = {"category": found.category, "name": found.name} | changed
        qualifications.change(ana, found, found.version, **said)  # type: ignore[typeddict-item]
        assert not badges_of(ana)

    def test_a_note_does_not(self, ana: Member) -> None:
        found = certified(ana)
        qualifications.change(ana, found, found.version, category=found.category, name=found.name, notes="計測")
        assert badges_of(ana).qualifications

    def test_it_ends_with_the_qualification(self, ana: Member) -> None:
        certified(ana, expires_on=today())
        last = badges_of(ana).qualifications
        assert [each.name for each in last] == ["科学技術翻訳士"]
        with time_machine.travel(now() + timedelta(days=32), tick=False):
            assert not badges_of(ana)


class TestCompany:
    def test_an_address_of_it_says_so(self, ana: Member, make_company: CompanyFactory) -> None:
        company = make_company("tea", ana, name="お茶", domain="tea.example.jp")
        assert not badges_of(ana)
        (place,) = company_questions.places_of(ana, company)
        place.proven_at = now()
        (proof,) = badges_of(ana).companies
        assert (proof.name, proof.slug, proof.proven_at, proof.number_confirmed_at) == (
            "お茶",
            "tea",
            place.proven_at,
            None,
        )

    def test_a_confirmed_number_says_so_without_claiming_an_address(
        self, ana: Member, make_company: CompanyFactory
    ) -> None:
        company = make_company("tea", ana, corporate_number=NUMBER)
        assert not badges_of(ana)
        mark_number(company)
        (proof,) = badges_of(ana).companies
        assert (proof.proven_at, proof.number_confirmed_at) == (None, company.number_confirmed_at)

    @pytest.mark.parametrize("changed", [{"name": "別の会社"}, {"corporate_number": "1180301018771"}])
    def test_another_name_or_number_ends_it(
        self, ana: Member, make_company: CompanyFactory, changed: dict[str, str]
    ) -> None:
        company = make_company("tea", ana, corporate_number=NUMBER)
        mark_number(company)
        db.session.flush()
        changes = CompanyChanges(**(vars(CompanyChanges.nothing(company)) | changed))
        companies.edit(ana, company, changes, company.version)
        assert not badges_of(ana)

    @pytest.mark.parametrize("ending", ["left", "removed", "closed"])
    def test_it_ends_with_the_place_and_with_the_company(
        self, ana: Member, ben: Member, make_company: CompanyFactory, ending: str
    ) -> None:
        company = make_company("tea", ana) if ending == "closed" else make_company("tea", ben, ana)
        for place in company_questions.places_of(ana, company):
            place.proven_at = now()
        assert badges_of(ana)
        if ending == "left":
            companies.leave(ana, company)
        elif ending == "removed":
            companies.remove(ben, company, ana)
        else:
            companies.close(ana, company)
        assert not badges_of(ana)

    def test_a_company_that_moderators_hid_says_nothing_even_to_its_own_people(
        self, ana: Member, make_company: CompanyFactory
    ) -> None:
        company = make_company("tea", ana)
        for place in company_questions.places_of(ana, company):
            place.proven_at = now()
        company.hidden_at = now()
        assert not badges_of(ana)
        assert not queries.badges_with(ana, company_questions.belongings_of(ana), ())

    def test_a_merger_keeps_it(self, ana: Member, ben: Member, make_company: CompanyFactory) -> None:
        kept, merged = make_company("tea", ben), make_company("cha", ana)
        for place in company_questions.places_of(ana, merged):
            place.proven_at = now()
        merge_rows(kept, merged)
        assert [proof.slug for proof in badges_of(ana).companies] == ["tea"]

    def test_two_departments_are_one_company(self, ana: Member, make_company: CompanyFactory) -> None:
        company = make_company("tea", ana)
        for department in ("茶園", "店舗"):
            companies.add_department(ana, company, department)
        db.session.flush()
        for place in company_questions.places_of(ana, company):
            place.proven_at = now()
        assert len(badges_of(ana).companies) == 1


def test_what_was_read_already_says_the_same(ana: Member, make_company: CompanyFactory) -> None:
    member = known(ana)
    certified(member)
    certified(member, "期限の切れた資格", expires_on=date(2020, 4, 1))
    company = make_company("tea", member, corporate_number=NUMBER)
    mark_number(company)
    db.session.flush()
    places = company_questions.belongings_of(member)
    assert queries.badges_with(member, places, careers.entries_of(member, Qualification)) == badges_of(member)


def test_of_many_each_has_their_own(ana: Member, ben: Member, make_member: MemberFactory) -> None:
    assert queries.badges_of([]) == {}
    certified(ana)
    found = queries.badges_of([ana, known(ben), make_member()])
    assert [(bool(each.identity), len(each.qualifications)) for each in found.values()] == [
        (False, 1),
        (True, 0),
        (False, 0),
    ]
