"""Every page, light and dark, on a phone and on a desk: axe finds nothing, and nothing runs over the edge."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from marketplace import db, demo
from marketplace.accounts.models import Account
from marketplace.careers.models import MemberSkill
from marketplace.messages.models import Conversation, Participation
from tests.architecture.sources import ROOT
from tests.journeys.people import Street

pytestmark = pytest.mark.real_commits

FOR_VISITORS = (
    "/",
    "/workers",
    "/workers?q=翻訳&status=available&online=1&place=26",
    "/workers?q=どこにもないことば",
    "/workers/ritsu-takase",
    "/register",
    "/login",
    "/password/forgot",
    "/about",
    "/terms",
    "/privacy",
    "/search-help",
    "/nowhere",
)
FOR_MEMBERS = (
    "/",
    "/workers?q=翻訳",
    "/workers/ritsu-takase",
    "/contacts?tab=friends",
    "/contacts?tab=following",
    "/contacts?tab=followers",
    "/messages",
    "/messages/{conversation}",
    "/messages/new?to=ritsu-takase",
    "/settings/profile",
    "/settings/profile/preview",
    "/settings/account",
    "/settings/skills",
    "/settings/skills/{skill}",
    "/settings/skills/{skill}/delete",
    "/settings/qualifications",
    "/settings/careers",
    "/settings/hobbies",
)
AXE = Axe.from_file(ROOT / "node_modules" / "axe-core" / "axe.min.js")


@pytest.fixture
def world(app: Flask) -> None:
    """The demo world."""
    with app.app_context(), db.writing():
        demo.load(lambda done, total: None)
        db.commit()


def faults(page: Page) -> list[str]:
    """What axe finds, and whether the page is wider than the window."""
    found = [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in AXE.run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the window")
    return found


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("width", "dark"),
    [
        pytest.param(1280, False, id="wide and light"),
        pytest.param(390, True, id="narrow and dark"),
        pytest.param(1280, True, id="wide and dark", marks=pytest.mark.prove),
        pytest.param(390, False, id="narrow and light", marks=pytest.mark.prove),
    ],
)
def test_nobody_is_kept_out(app: Flask, street: Callable[..., Street], width: int, dark: bool) -> None:
    people = street(width=width, dark=dark)
    visitor, member = people.someone(), people.someone()
    sign_in = next(one for one in _sign_ins(app) if one.email.startswith("kotoha"))
    member.goes_to("/login")
    member.writes(email=sign_in.email, password=sign_in.password)
    member.presses("ログイン")
    member.page.wait_for_load_state("networkidle")
    numbers = _numbers(app, sign_in.email)
    found: dict[str, list[str]] = {}
    for person, paths in ((visitor, FOR_VISITORS), (member, FOR_MEMBERS)):
        for path in paths:
            person.goes_to(path.format(**numbers))
            if complaints := faults(person.page):
                found[f"{'member' if person is member else 'visitor'} {path}"] = complaints
    assert not found


def test_a_fault_would_be_found(street: Callable[..., Street]) -> None:
    person = street().someone()
    person.goes_to("/about")
    person.page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any(fault.startswith("button-name") for fault in faults(person.page))


def _sign_ins(app: Flask) -> list[demo.SignIn]:
    with app.app_context():
        return demo.sign_ins()


def _numbers(app: Flask, email: str) -> dict[str, int]:
    """A conversation and a skill of whoever signs in with `email`."""
    with app.app_context():
        member_id = db.db.session.scalars(select(Account.id).where(Account.email == email)).one()
        conversations = select(Conversation.id).join(Participation).where(Participation.member_id == member_id)
        skills = select(MemberSkill.id).where(MemberSkill.member_id == member_id)
        return {
            "conversation": db.db.session.scalars(conversations.limit(1)).one(),
            "skill": db.db.session.scalars(skills.limit(1)).one(),
        }
