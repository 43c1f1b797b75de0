"""Drafts: one of each form, the last one typed, not too many, not for ever."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts import drafts
from marketplace.accounts.drafts import KEPT_FOR, MOST_OF_A_MEMBER, Fields
from marketplace.accounts.models import Draft, Member
from marketplace.clock import now
from tests.races import at_once, committing

PATH = "/messages/1"


def kept(member: Member, path: str = PATH) -> Fields | None:
    draft = drafts.find(member, path)
    return None if draft is None else [(name, value) for name, value in draft.fields]


@pytest.mark.usefixtures("session")
def test_a_draft_replaces_the_older_one_of_its_form(ana: Member, ben: Member) -> None:
    drafts.keep(ana, PATH, [("body", "は")])
    drafts.keep(ana, PATH, [("body", "はじめまして"), ("body", "二つ目")])
    drafts.keep(ben, PATH, [("body", "ベン")])
    assert kept(ana) == [("body", "はじめまして"), ("body", "二つ目")]
    drafts.forget(ana, PATH)
    assert kept(ana) is None
    assert kept(ben) == [("body", "ベン")]


@pytest.mark.usefixtures("session")
def test_a_draft_knows_when_it_was_typed_last(ana: Member) -> None:
    with time_machine.travel(now() - timedelta(hours=3)):
        drafts.keep(ana, PATH, [("body", "は")])
    moment = now()
    drafts.keep(ana, PATH, [("body", "はじめまして")])
    found = drafts.find(ana, PATH)
    assert found is not None
    db.db.session.refresh(found)
    assert found.saved_at >= moment


@pytest.mark.usefixtures("session")
def test_beyond_so_many_forms_the_one_longest_untouched_is_forgotten(ana: Member, ben: Member) -> None:
    with time_machine.travel(now() - timedelta(days=1)):
        drafts.keep(ben, PATH, [("body", "ベン")])
    for number in range(MOST_OF_A_MEMBER):
        with time_machine.travel(now() - timedelta(minutes=MOST_OF_A_MEMBER - number)):
            drafts.keep(ana, f"/messages/{number}", [("body", "は")])
    drafts.keep(ana, "/messages/0", [("body", "もう一度")])
    drafts.keep(ana, "/messages/new?to=ben", [("body", "は")])
    assert (kept(ana, "/messages/0"), kept(ana, "/messages/1")) == ([("body", "もう一度")], None)
    assert kept(ana, "/messages/2") == [("body", "は")]
    assert kept(ben) == [("body", "ベン")]


@pytest.mark.usefixtures("session")
def test_what_nobody_came_back_to_is_forgotten(ana: Member) -> None:
    drafts.keep(ana, PATH, [("body", "は")])
    with time_machine.travel(now() + KEPT_FOR - timedelta(minutes=1)):
        drafts.forget_old()
        assert kept(ana) == [("body", "は")]
    with time_machine.travel(now() + KEPT_FOR + timedelta(minutes=1)):
        drafts.forget_old()
        assert kept(ana) is None


@pytest.mark.real_commits
def test_pages_that_save_one_form_at_once_leave_one_draft_and_no_error(app: Flask, ana: Member) -> None:
    at_once(committing(app, lambda number: drafts.keep(ana, PATH, [("body", f"{number}枚目")])))
    with app.app_context():
        assert db.db.session.scalar(select(func.count()).select_from(Draft)) == 1
