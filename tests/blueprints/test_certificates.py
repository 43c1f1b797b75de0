"""What is asked about a certificate is what is declared of the qualification, and the badge says no more."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from blueprints.verification.forms import ApprovalForm
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.careers.models import Qualification, QualificationCategory
from marketplace.careers.service import qualifications
from marketplace.verification.models import DocumentKind, ReturnReason, Verification
from tests.blueprints.office import Appoint
from tests.factories.papers import handed_in
from tests.visit import Page, Visitors

pytestmark = pytest.mark.usefixtures("empty_places")

ALWAYS = ["is_readable", "name_matches", "kana_matches", "title_matches", "is_valid", "is_clean"]
WHOLE = {
    "common_name": "科技翻",
    "grade": "2級",
    "issuer": "日本翻訳検定会",
    "acquired_on": date(2015, 4, 1),
    "expires_on": date(2099, 4, 1),
    "registration_number": "T-4407",
}
TICKS = {
    "common_name": "common_name_matches",
    "grade": "grade_matches",
    "issuer": "issuer_matches",
    "acquired_on": "acquired_matches",
    "registration_number": "number_matches",
}
NEVER_ASKED = "発行から6か月以内"

Open = Callable[..., Page]


@pytest.fixture
def open_certificate(app: Flask, ana: Member, ben: Member, appoint: Appoint) -> Open:
    """Lets Ana hand in the certificate of a qualification, and Ben open it."""

    def opened(**columns: object) -> Page:
        with app.app_context(), db.writing():
            member = db.db.session.get_one(Member, ana.id)
            said = {"category": QualificationCategory.LANGUAGE, "name": "科学技術翻訳検定"} | columns
            added = qualifications.add(member, **said)  # type: ignore[typeddict-item]
            db.db.session.flush()
            number = handed_in(member, DocumentKind.CERTIFICATE, added).id
            db.commit()
        office = appoint(ben)
        office.post(f"/moderation/identity/{number}/take")
        return office.post(f"/moderation/identity/{number}/look")

    return opened


def asked(page: Page) -> list[str]:
    return [str(box["name"]) for box in page.soup.select("form[action$='/approve'] input[type=checkbox]")]


def decided(app: Flask) -> Verification:
    with app.app_context():
        found = db.db.session.scalars(select(Verification)).one()
        assert not found.is_live
        return found


@pytest.mark.parametrize(
    ("columns", "validity"),
    [({}, "有効期限が書かれているときは、切れていない"), (WHOLE, "有効期限が、登録と同じで、切れていない")],
)
def test_each_thing_that_is_declared_is_asked_and_nothing_else(
    open_certificate: Open, columns: dict[str, object], validity: str
) -> None:
    page = open_certificate(**columns)
    assert set(asked(page)) == {*ALWAYS, *(tick for column, tick in TICKS.items() if column in columns)}
    assert validity in page.text
    assert NEVER_ASKED not in page.text
    for tick in asked(page):
        said = dict.fromkeys(set(asked(page)) - {tick}, "y")
        assert page.submit("確認済みにする", **said).status == 422, tick


def test_the_badge_says_just_what_was_asked(app: Flask, visit: Visitors, ana: Member, open_certificate: Open) -> None:
    page = open_certificate(issuer="日本翻訳検定会", registration_number="T-4407")
    page.submit("確認済みにする", **dict.fromkeys(asked(page), "y"))
    found = decided(app)
    assert (found.name_matches, found.qualification_matches) == (True, True)
    said = "名前、フリガナ、資格名、発行団体、登録番号"
    page = visit.open("profiles.show", username="ana")
    explained = page.find_all(".explains")
    assert [text for text in explained if "事務局確認済み" in text and f"({said})" in text]
    assert [text for text in explained if "資格確認済み" in text and text.count(said) == 1]
    assert "T-4407" not in page.html


def test_what_was_confirmed_before_it_was_asked_does_not_claim_it(
    app: Flask, visit: Visitors, ana: Member, open_certificate: Open
) -> None:
    page = open_certificate(issuer="日本翻訳検定会")
    page.submit("確認済みにする", **dict.fromkeys(asked(page), "y"))
    with app.app_context(), db.writing():
        db.db.session.scalars(select(Qualification)).one().is_compared = False
        db.commit()
    explained = " ".join(visit.open("profiles.show", username="ana").find_all(".explains"))
    assert "資格名、" not in explained
    assert "(名前、フリガナ)" in explained


def test_a_certificate_of_something_else_is_no_word_about_the_name(app: Flask, open_certificate: Open) -> None:
    page = open_certificate()
    page.submit("差し戻す", reason=ReturnReason.DIFFERENT.value, sentence="別の資格の証明書です。")
    found = decided(app)
    assert (found.name_matches, found.qualification_matches) == (None, False)


def test_notes_are_asked_when_they_claim_a_title(open_certificate: Open) -> None:
    page = open_certificate(notes="弁護士として登録しています。")
    assert "notes_match" in asked(page)
    assert "弁護士として登録しています。" in page.text


def test_six_months_are_asked_of_the_paper_that_tells_when_it_was_issued(app: Flask) -> None:
    with app.test_request_context():
        asked_for = {kind for kind in DocumentKind if NEVER_ASKED in str(ApprovalForm(kind).is_valid.label.text)}
    assert asked_for == {DocumentKind.RESIDENCE}
