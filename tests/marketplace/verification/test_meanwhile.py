"""What happens while a request takes its time: nothing is kept that nobody needs, nothing is confirmed unseen."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask

from marketplace import db, outbox, storage, vault
from marketplace.accounts.models import Member
from marketplace.careers.models import Qualification, QualificationCategory
from marketplace.careers.service import qualifications
from marketplace.clock import now
from marketplace.errors import Conflict
from marketplace.profiles import queries as profiles
from marketplace.profiles import service as profile_verbs
from marketplace.profiles.service import ProfileChanges
from marketplace.verification import papers, queries, service
from marketplace.verification.models import DocumentKind
from tests.factories.members import MemberFactory
from tests.factories.papers import handed_in, opened
from tests.marketplace.careers.entries import a_qualification
from tests.marketplace.uploads import picture

pytestmark = pytest.mark.real_commits


def elsewhere(app: Flask, deed: Callable[[], object]) -> None:
    """Do `deed` in a unit of work of its own, in another thread, as another window would."""

    def unit() -> None:
        with app.app_context(), db.writing():
            deed()
            db.commit()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(unit).result()


def me(member: Member) -> Member:
    return db.db.session.get_one(Member, member.id)


@pytest.fixture
def moderator(app: Flask, make_member: MemberFactory) -> Member:
    member = make_member("mori", "Mori")
    elsewhere(app, lambda: setattr(me(member), "moderator_since", now()))
    return member


def test_a_page_that_comes_after_the_end_is_refused_and_gone(
    app: Flask, ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere(app, lambda: service.add_pages(me(ana), DocumentKind.LICENCE, [picture()]))

    def withdraw() -> None:
        live = queries.find_live(me(ana), None)
        assert live is not None
        service.withdraw(me(ana), live)

    sealing = papers.kept

    def slowly(pages: list[bytes]) -> object:
        elsewhere(app, withdraw)
        return sealing(pages)

    monkeypatch.setattr(papers, "kept", slowly)
    with app.app_context(), db.writing():
        with pytest.raises(Conflict):
            service.add_pages(me(ana), DocumentKind.LICENCE, [picture()])
        db.rollback()
    with app.app_context():
        outbox.drain()
    assert list(vault.names()) == []
    assert list(storage.below("papers")) == []


def test_what_is_rolled_back_leaves_no_key_and_no_file(app: Flask) -> None:
    with app.app_context(), db.writing():
        assert len(papers.kept([picture(), picture()])) == 2
        assert len(list(vault.names())) == 2
        db.rollback()
    assert list(vault.names()) == []
    assert list(storage.below("papers")) == []


def test_pages_of_papers_that_have_ended_are_destroyed_by_night(app: Flask, ana: Member) -> None:
    def prepare() -> None:
        papers_of_ana = service.add_pages(me(ana), DocumentKind.LICENCE, [picture(), picture()])
        papers_of_ana.documents[0].is_discarded = True

    elsewhere(app, prepare)
    elsewhere(app, service.expire_overdue)
    with app.app_context():
        outbox.drain()
    assert len(list(vault.names())) == 1


def test_a_qualification_that_changed_is_not_confirmed_unseen(app: Flask, ana: Member, moderator: Member) -> None:
    with app.app_context(), db.writing():
        qualification = a_qualification(me(ana), "日商簿記検定")
        db.db.session.flush()
        number = handed_in(me(ana), DocumentKind.CERTIFICATE, qualification).id
        db.commit()
        found = opened(me(moderator), number)
        declared = queries.declared(found)
        changed = {"category": QualificationCategory.ACCOUNTING_LAW, "name": "税理士"}
        qualifications.change(me(ana), qualification, qualification.version, **changed)  # type: ignore[arg-type]
        db.db.session.flush()
        with pytest.raises(Conflict):
            service.approve(me(moderator), found, declared)


@pytest.mark.parametrize("name", ["common_name", "grade", "registration_number", "notes"])
def test_what_a_certificate_shows_cannot_be_changed_behind_the_badge(app: Flask, ana: Member, name: str) -> None:
    with app.app_context(), db.writing():
        qualification = a_qualification(me(ana), "日商簿記検定")
        qualification.confirmed_at = now()
        db.db.session.flush()
        changed = {"category": qualification.category, "name": qualification.name, name: "弁護士"}
        qualifications.change(me(ana), qualification, qualification.version, **changed)  # type: ignore[arg-type]
        assert qualification.confirmed_at is None


def test_a_name_that_was_on_its_way_takes_back_what_is_approved_meanwhile(
    app: Flask, ana: Member, moderator: Member
) -> None:
    with app.app_context(), db.writing():
        number = handed_in(me(ana), DocumentKind.PASSPORT).id
        db.commit()

    def approve() -> None:
        found = opened(me(moderator), number)
        service.approve(me(moderator), found, queries.declared(found))

    with app.app_context(), db.writing():
        # As read by a request that then decodes a picture for seconds.
        own = profiles.own(me(ana))
        assert own.member.identity_verified_at is None
        elsewhere(app, approve)
        changes = replace(ProfileChanges.nothing(own), name="別の 名前")
        profile_verbs.update(own.member, changes, own.profile.version)
        db.commit()
    with app.app_context():
        assert me(ana).identity_verified_at is None
        assert me(ana).identity_document is None


def test_another_name_is_another_for_certificates_and_pledges(app: Flask, ana: Member) -> None:
    with app.app_context(), db.writing():
        qualification = a_qualification(me(ana), "日商簿記検定")
        qualification.confirmed_at = me(ana).pledged_at = now()
        me(ana).pledged_version = "2026-11-v1"
        db.db.session.flush()
        own = profiles.own(me(ana))
        profile_verbs.update(own.member, replace(ProfileChanges.nothing(own), name="別の 名前"), own.profile.version)
        db.commit()
        key = qualification.id
    with app.app_context():
        outbox.drain()
        assert me(ana).pledged_at is None
        assert db.db.session.get_one(Qualification, key).confirmed_at is None


def test_papers_whose_keys_are_lost_cannot_be_approved(app: Flask, ana: Member, moderator: Member) -> None:
    with app.app_context(), db.writing():
        found = opened(me(moderator), handed_in(me(ana), DocumentKind.PASSPORT).id)
        vault.destroy(str(found.documents[0].vault_key))
        with pytest.raises(Conflict):
            service.approve(me(moderator), found, queries.declared(found))
