"""A phone and a sheet of paper beside the password: set up, signed in with, used up."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.authenticator import number_for
from tests.journeys.people import PASSWORD, Person, Street

pytestmark = pytest.mark.real_commits

STEP = timedelta(seconds=30)


def sets_up_a_second_factor(member: Person) -> tuple[str, list[str]]:
    """Return what the app was told, and what stands on the paper."""
    member.goes_to("/settings/account")
    member.follows_link("2段階認証を設定する")
    member.writes(password=PASSWORD)
    member.presses("次へ進む")
    expect(member.page.get_by_role("img", name="認証アプリで読み取るQRコード")).to_be_visible()
    secret = member.page.locator("code.copyable").inner_text()
    member.writes(number=number_for(secret))
    member.presses("2段階認証をはじめる")
    member.sees("2段階認証を設定しました")
    return secret, member.page.locator(".codes code").all_inner_texts()


def saves_the_codes(member: Person) -> str:
    with member.page.expect_download() as download:
        member.follows_link("テキストで保存する")
    return Path(download.value.path()).read_text(encoding="utf-8")


def signs_out(member: Person) -> None:
    member.page.locator("[popovertarget=member-menu]").first.click()
    member.presses("ログアウト")
    member.sees("ログアウトしました")


def passes_the_first_step(member: Person) -> None:
    member.goes_to("/login?next=/settings/account")
    member.writes(email=member.email, password=PASSWORD)
    member.presses("ログイン")
    expect(member.page.get_by_label("6けたの番号")).to_be_visible()


def test_a_number_of_the_app_or_a_code_on_paper_each_once(street: Callable[..., Street], has_javascript: bool) -> None:
    member = street(has_javascript=has_javascript).someone("kotoha")
    member.registers()
    member.signs_in()
    secret, codes = sets_up_a_second_factor(member)
    text = saves_the_codes(member)
    assert [line for line in text.splitlines() if line in codes] == codes
    assert len(codes) == 10
    expect(member.page.get_by_role("button", name="印刷する")).to_be_visible(visible=has_javascript)
    signs_out(member)

    passes_the_first_step(member)
    number = number_for(secret, STEP)
    member.writes(number=number)
    member.presses("ログイン")
    expect(member.page).to_have_url("/settings/account")
    member.sees("10個")
    signs_out(member)

    passes_the_first_step(member)
    member.writes(number=number)
    member.presses("ログイン")
    member.sees("この番号はもう使われています")
    member.page.get_by_text("復旧コードを使う").click()
    member.writes(number="", recovery_code=codes[0])
    member.presses("ログイン")
    expect(member.page).to_have_url("/settings/account")
    member.sees("9個")
    signs_out(member)

    passes_the_first_step(member)
    member.page.get_by_text("復旧コードを使う").click()
    member.writes(recovery_code=codes[0])
    member.presses("ログイン")
    member.sees("まだ使っていない復旧コードを")
    expect(member.page.get_by_label("復旧コード", exact=True)).to_be_visible()
