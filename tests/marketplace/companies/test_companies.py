"""Registering, editing and closing a company; its address, its number, its merging with another."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts import tokens
from marketplace.accounts.models import Account, Member
from marketplace.accounts.tokens import Purpose
from marketplace.clock import now
from marketplace.companies import numbers, queries, service, slugs
from marketplace.companies.domains import is_free
from marketplace.companies.models import BelongingRequest, Company, CompanyRole, DomainProof, RequestState
from marketplace.companies.service import CompanyChanges
from marketplace.companies.service.companies import mark_number
from marketplace.companies.service.merging import merge_rows
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from tests.factories.companies import CompanyFactory
from tests.factories.members import MemberFactory
from tests.marketplace.accounts.test_usernames import words_of_addresses

NUMBER = "7000012050002"


def kinds() -> list[EventKind]:
    return list(db.db.session.scalars(select(Event.kind).order_by(Event.id)))


def departments(member: Member, company: Company) -> list[str]:
    return [place.department for place in queries.places_of(member, company)]


@pytest.mark.usefixtures("session")
def test_whoever_registers_a_company_owns_it(ana: Member) -> None:
    changes = CompanyChanges(
        name="株式会社みなぎわ", address="京都市", phone="+81751234567", email="info@minagiwa.example"
    )
    service.register(ana, "minagiwa", changes, "広報部")
    company = queries.get_live("minagiwa")
    assert CompanyChanges.nothing(company) == changes
    assert (queries.role_of(ana, company), departments(ana, company)) == (CompanyRole.OWNER, ["広報部"])
    assert kinds() == [EventKind.COMPANY_REGISTERED]


@pytest.mark.usefixtures("session")
def test_an_address_is_taken_for_good_and_another_is_offered(
    ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("minagiwa2", ana)
    service.close(ana, make_company("minagiwa", ana))
    with pytest.raises(NotFound):
        queries.get_live("minagiwa")
    with pytest.raises(Conflict, match="「minagiwa3」なら空いています"):
        service.register(ben, "minagiwa", CompanyChanges(name="みなぎわ"))


@pytest.mark.usefixtures("session")
def test_when_no_address_like_it_is_free_none_is_offered(
    ana: Member, make_company: CompanyFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slugs, "SUGGESTIONS", 1)
    make_company("tea", ana)
    make_company("tea2", ana)
    with pytest.raises(Conflict, match="ほかのURLを入力"):
        service.register(ana, "tea", CompanyChanges(name="お茶"))


@pytest.mark.parametrize(("typed", "slug"), [("Minagiwa", "minagiwa"), (" a9b ", "a9b"), ("ｍｉｎａ", "mina")])
def test_an_address_is_stored_in_one_form(typed: str, slug: str) -> None:
    assert slugs.canonical(typed) == slug


@pytest.mark.parametrize(
    "typed", ["ab", "a" * 31, "みなぎわ", "a-b", "a_b", "new", "proofs", "adm1n", "0fficial", "a.b"]
)
def test_what_can_be_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        slugs.canonical(typed)


def test_every_word_that_stands_where_an_address_does_is_reserved(app: Flask) -> None:
    rules = [rule.rule.replace("<slug>", "<username>") for rule in app.url_map.iter_rules()]
    words = words_of_addresses([rule for rule in rules if rule.startswith("/companies/")])
    assert {"new", "proofs", "requests"} <= words
    assert not {word for word in words if not slugs.is_reserved(word)}


@pytest.mark.parametrize("typed", [NUMBER, "7-0000-1205-0002", "Ｔ７０００－０１２０５０００２", " 7000 0120 50002 "])
def test_a_number_is_stored_as_thirteen_digits(typed: str) -> None:
    assert numbers.canonical(typed) == NUMBER
    assert numbers.written(NUMBER) == "7-0000-1205-0002"


@pytest.mark.parametrize(
    ("typed", "sentence"), [("8000012050002", "どこか1けた"), ("700001205000", "いまは12文字"), ("番号", "いまは2文字")]
)
def test_a_number_with_a_slip_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        numbers.canonical(typed)


@pytest.mark.parametrize(
    ("domain", "free"),
    [
        *(("gmail.com", True), ("yahoo.co.jp", True), ("docomo.ne.jp", True), ("k3.dion.ne.jp", True)),
        *(("mailinator.com", True), ("minagiwa.co.jp", False), ("example.com", False), ("notgmail.com", False)),
        # Of a network at home, of a country's part of a family, and of a library's list.
        *(("iij4u.or.jp", True), ("yahoo.com.tw", True), ("hotmail.fr", True), ("mail.live.co.uk", True)),
        *(("comcast.net", True), ("t-online.de", True), ("laposte.net", True), ("seznam.cz", True)),
        *(("live.tokyo.example", False), ("outlook-sekkei.co.jp", False), ("mylive.co.jp", False), ("jp", False)),
    ],
)
def test_domains_of_everybody_show_nothing(domain: str, free: bool) -> None:
    assert is_free(domain) is free


@pytest.mark.usefixtures("session")
def test_an_edit_needs_an_owner_and_the_present_version(ana: Member, ben: Member, make_company: CompanyFactory) -> None:
    company = make_company("tea", ana, ben)
    with pytest.raises(NotAllowed):
        service.edit(ben, company, CompanyChanges(name="珈琲"), company.version)
    service.edit(ana, company, CompanyChanges(name="珈琲"), company.version)
    with pytest.raises(Conflict, match="先に更新"):
        service.edit(ana, company, CompanyChanges(name="紅茶"), 1)
    assert queries.get_live("tea").name == "珈琲"


@pytest.mark.usefixtures("session")
def test_what_was_compared_counts_until_name_or_number_change(ana: Member, make_company: CompanyFactory) -> None:
    company = make_company("tea", ana, name="お茶")
    with pytest.raises(Conflict, match="登録されていません"):
        mark_number(company)
    company.corporate_number = NUMBER
    mark_number(company)
    db.db.session.flush()
    same = CompanyChanges(name="お茶", corporate_number=NUMBER, introduction="お茶を売ります。")
    service.edit(ana, company, same, company.version)
    assert company.number_confirmed_at
    service.edit(ana, company, CompanyChanges(name="珈琲", corporate_number=NUMBER), company.version)
    assert company.number_confirmed_at is None


@pytest.mark.usefixtures("session")
def test_under_another_name_a_company_and_its_people_are_checked_no_more(
    ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory
) -> None:
    company = make_company("tea", ana, ben, name="株式会社みなぎわ", domain="tea.example")
    queries.places_of(ben, company)[0].proven_at = now()
    service.prove(cleo, company, "cleo@tea.example")
    for same in ("みなぎわ(株)", "(株) ミナギワ", "有限会社ﾐﾅｷﾞﾜ"):
        service.edit(ana, company, CompanyChanges(name=same), company.version)
        assert queries.has_domain(company, "tea.example")
        assert queries.places_of(ben, company)[0].proven_at
    service.edit(ana, company, CompanyChanges(name="株式会社みなぎわ測器"), company.version)
    assert queries.find_owner_of_domain("tea.example") is None
    assert db.db.session.scalars(select(DomainProof)).all() == []
    (place,) = queries.places_of(ben, company)
    assert (place.role, place.proven_at) == (CompanyRole.MEMBER, None)
    proof = service.prove(ana, company, "ana@tea.example")
    service.confirm(ana, tokens.make(Purpose.COMPANY, proof.id, *proof.state))
    assert queries.has_domain(company, "tea.example")


@pytest.mark.usefixtures("session")
def test_what_moderators_do_is_for_nobody_else(ana: Member, make_company: CompanyFactory) -> None:
    one, other = make_company("one", ana), make_company("other", ana)
    with pytest.raises(NotAllowed):
        service.merge(ana, one, other)
    with pytest.raises(NotAllowed):
        service.confirm_number(ana, one)


@pytest.mark.usefixtures("session")
def test_closing_ends_what_waits_and_frees_the_domain(ana: Member, ben: Member, make_company: CompanyFactory) -> None:
    company = make_company("tea", ana, domain="tea.example")
    request = service.ask(ben, company)
    service.close(ana, company)
    db.db.session.expire_all()
    assert db.db.session.get_one(BelongingRequest, request.id).state is RequestState.WITHDRAWN
    assert queries.find_owner_of_domain("tea.example") is None
    assert queries.belongings_of(ana) == []
    assert kinds()[-1] is EventKind.COMPANY_CLOSED


@pytest.mark.usefixtures("session")
def test_merging_loses_nothing(
    ana: Member, ben: Member, cleo: Member, make_member: MemberFactory, make_company: CompanyFactory
) -> None:
    dora, emi, fumi = make_member("dora"), make_member("emi"), make_member("fumi")
    kept = make_company("kept", ana, ben, name="みなぎわ", domain="kept.example")
    merged = make_company("merged", cleo, ben, name="みなぎわ測器", domain="merged.example", address="京都市")
    older = make_company("older", cleo, name="水際測器")
    merge_rows(merged, older)
    service.add_department(ben, merged, "広報部")
    service.add_department(ben, kept, "総務部")
    for company in (kept, merged):
        service.ask(dora, company)
    service.ask(emi, merged, comment="はじめまして")
    service.ask(ana, merged)
    service.prove(fumi, merged, "fumi@merged.example")

    merge_rows(kept, merged)

    db.db.session.expire_all()
    for slug in ("kept", "merged", "older"):
        assert queries.get_live(slug).slug == "kept"
    kept = queries.get_live("kept")
    assert departments(ben, kept) == ["広報部", "総務部"]
    assert [queries.role_of(each, kept) for each in (ana, ben, cleo)] == ["owner", "member", "member"]
    assert sorted(each.domain for each in kept.domains) == ["kept.example", "merged.example"]
    assert {each.member.username for each in queries.waiting_for(ana)} == {"dora", "emi"}
    assert db.db.session.scalar(select(func.count()).select_from(BelongingRequest)) == 4
    assert kept.address == "京都市"
    for typed in ("みなぎわ", "水際", "merged.example"):
        assert [row.company.slug for row in queries.find(typed).rows] == ["kept"]
    with pytest.raises(Conflict):
        service.register(ana, "merged", CompanyChanges(name="別の会社"))


@pytest.mark.usefixtures("session")
def test_of_two_places_the_earlier_day_and_what_was_shown_stay_and_the_role_in_what_is_kept(
    ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    kept, merged = make_company("kept", ana, ben), make_company("merged", ben)
    shown = queries.places_of(ben, merged)[0]
    shown.proven_at = shown.joined_at
    earliest = min(place.joined_at for company in (kept, merged) for place in queries.places_of(ben, company))
    merge_rows(kept, merged)
    (place,) = queries.places_of(ben, kept)
    assert (place.role, place.joined_at, place.proven_at) == (CompanyRole.MEMBER, earliest, shown.proven_at)


@pytest.mark.usefixtures("session")
def test_only_who_has_shown_to_be_of_what_is_kept_comes_to_own_it(
    ana: Member, ben: Member, cleo: Member, make_member: MemberFactory, make_company: CompanyFactory
) -> None:
    """Whoever registers a duplicate must not get hold of the company by that."""
    dora, emi = make_member("dora"), make_member("emi")
    kept = make_company("kept", ana, ben, dora, owners=2, domain="kept.example")
    merged = make_company("merged", cleo, ben, dora, emi, owners=4)
    queries.places_of(dora, kept)[0].proven_at = now()
    account = db.db.session.scalars(select(Account).join(Account.member).where(Member.id == emi.id)).one()
    account.email = "emi@kept.example"
    people = queries.merger_of(kept, merged)
    assert (people.members, people.staying, people.others) == (4, [ben, dora, emi], [cleo])
    merge_rows(kept, merged)
    roles = [queries.role_of(each, kept) for each in (ana, ben, cleo, dora, emi)]
    assert roles == ["owner", "owner", "member", "owner", "owner"]


@pytest.mark.usefixtures("session")
def test_when_no_owner_is_left_the_others_own_it(ana: Member, ben: Member, make_company: CompanyFactory) -> None:
    kept, merged = make_company("kept", ana), make_company("merged", ben)
    ana.left_at = now()
    merge_rows(kept, merged)
    assert queries.role_of(ben, kept) == "owner"
