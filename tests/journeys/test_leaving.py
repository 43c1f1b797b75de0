"""Somebody takes everything along, leaves, and comes back."""

import json
from collections.abc import Callable
from zipfile import ZipFile

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.factories.members import PASSWORD, MemberFactory
from tests.journeys.people import Person, Street, comes
from tests.programs import wait_for

pytestmark = pytest.mark.real_commits


def takes_everything_along(member: Person) -> None:
    member.goes_to("/settings/data")
    member.writes(password=PASSWORD)
    member.presses("データを書き出す")
    member.sees("書き出しを始めました。")
    wait_for(lambda: bool(member.mailbox.to(member.email)), 30)
    member.goes_to("/settings/data")
    with member.page.expect_download() as download:
        member.page.get_by_role("link", name="ZIPファイルを受け取る").click()
    with ZipFile(download.value.path()) as archive:
        assert json.loads(archive.read("account.json"))["username"] == member.username
        assert "resume.json" in archive.namelist()


def leaves(member: Person) -> None:
    member.goes_to("/settings/data")
    member.follows_link("退会の手続きへ進む")
    member.sees("すべての端末からログアウトされます。")
    member.page.get_by_label("退会すると何が起きるかを読みました").check()
    member.writes(password=PASSWORD)
    member.presses("退会する")
    member.sees("退会の手続きをしました。")


def test_a_member_takes_everything_along_leaves_and_comes_back(
    app: Flask, street: Callable[..., Street], make_member: MemberFactory, has_javascript: bool
) -> None:
    sato, midori = make_member("sato", "佐藤", worker=True), make_member("midori", "みどり", worker=True)
    here = street(has_javascript=has_javascript)
    member, other = comes(app, here, sato), comes(app, here, midori)

    takes_everything_along(member)
    other.goes_to("/workers/sato")
    other.sees("佐藤")

    leaves(member)
    assert other.page.goto("/workers/sato").status == 404  # type: ignore[union-attr]
    wait_for(lambda: any("退会" in mail.subject for mail in member.mailbox.to(member.email)), 30)

    member.goes_to("/login")
    member.writes(email=member.email, password=PASSWORD)
    member.presses("ログイン")
    expect(member.page).to_have_url(f"{here.address}/settings/data/return")
    member.goes_to("/messages")
    expect(member.page).to_have_url(f"{here.address}/settings/data/return")
    member.presses("退会を取り消す")
    member.sees("おかえりなさい。")
    other.goes_to("/workers/sato")
    other.sees("佐藤")
