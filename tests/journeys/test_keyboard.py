"""The whole way from the registration to the first message, without a mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from marketplace.profiles.models import Status
from tests.factories.members import MemberFactory
from tests.journeys.keyboard import Keyboard
from tests.journeys.people import PASSWORD, Person, Street

pytestmark = pytest.mark.real_commits


def registers(tomo: Person, keys: Keyboard) -> None:
    tomo.goes_to("/register")
    for name, text in (("username", tomo.username), ("email", tomo.email), ("password", PASSWORD)):
        keys.writes(name, text)
    keys.reaches("button", "会員登録")
    keys.presses()
    tomo.sees("確認のメールを送りました")
    tomo.opens_the_mail()
    keys.reaches("button", "メールアドレスを確認する")
    keys.presses()
    tomo.sees("会員登録が完了しました")
    keys.writes("email", tomo.email)
    keys.writes("password", PASSWORD)
    keys.presses()
    expect(tomo.page.get_by_role("heading", name="マイページ")).to_be_visible()


def writes_the_profile(tomo: Person, keys: Keyboard) -> None:
    keys.reaches("link", "プロフィールを書く")
    keys.presses()
    expect(tomo.page.get_by_role("heading", name="プロフィール", exact=True, level=1)).to_be_visible()
    keys.writes("nickname", "とも")
    keys.reaches("radio", "選択しない")
    keys.reaches("button", "更新をする")
    keys.presses()
    tomo.sees("プロフィールを更新しました。")


def finds_and_follows(tomo: Person, keys: Keyboard) -> None:
    tomo.goes_to("/workers")
    keys.reaches("searchbox", "ワーカーを探すことば")
    tomo.page.keyboard.insert_text("翻訳")
    keys.presses()
    expect(tomo.page, "an address that can be passed on").to_have_url("/workers?q=%E7%BF%BB%E8%A8%B3")
    expect(tomo.page.get_by_role("searchbox"), "the focus stays where one types").to_be_focused()
    keys.reaches("link", "詳細を見る、高瀬 律さん")
    keys.presses()
    keys.reaches("button", "フォローする。高瀬 律さんをフォローします")
    keys.presses("Space")
    expect(tomo.page.get_by_role("button", name="フォロー中。")).to_be_focused()


def writes_a_message(tomo: Person, keys: Keyboard) -> None:
    keys.reaches("link", "相談をする", back=True)
    keys.presses()
    keys.reaches("button", "確認する")
    keys.presses()
    expect(tomo.page.locator(".error-summary"), "what is wrong is where one goes on").to_be_focused()
    keys.reaches("link", "タイトルを入力してください。")
    keys.presses()
    expect(tomo.page.locator("main [name=title]")).to_be_focused()
    keys.writes("title", "和訳について")
    keys.writes("body", "お願いできますか。")
    keys.reaches("button", "確認する")
    keys.presses()
    letter = tomo.page.get_by_role("heading", name="この内容で送信します")
    expect(letter).to_be_focused()
    keys.reaches("button", "送信")
    keys.presses()
    tomo.sees("送信しました。")


def answers_in_place(tomo: Person, keys: Keyboard) -> None:
    keys.writes("body", "図版もお送りします。")
    keys.reaches("button", "確認する")
    keys.presses()
    expect(tomo.page.get_by_role("heading", name="この内容で送信します")).to_be_focused()
    keys.reaches("button", "送信")
    keys.presses()
    expect(tomo.page.get_by_role("log")).to_contain_text("図版もお送りします。")
    flash = tomo.page.get_by_role("status").filter(has_text="送信しました。").first
    expect(flash, "and it is heard that it went out").to_be_focused()


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.prove)])
def test_everything_can_be_done_with_the_keyboard(
    street: Callable[..., Street], make_member: MemberFactory, width: int
) -> None:
    make_member("ritsu", "高瀬 律", worker=True, introduction="技術翻訳をします。", status=Status.AVAILABLE)
    tomo = street(width=width).someone("tomo")
    keys = Keyboard(tomo)
    tomo.goes_to("/")
    keys.reaches("link", "本文へ移動する")
    keys.presses()
    keys.reaches("searchbox", "ワーカーを探すことば")
    registers(tomo, keys)
    writes_the_profile(tomo, keys)
    finds_and_follows(tomo, keys)
    writes_a_message(tomo, keys)
    answers_in_place(tomo, keys)
    assert "\n".join(keys.complaints) == ""
