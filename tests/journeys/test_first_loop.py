"""The main job of the product: be found, be followed, be written to, answer, and become friends."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from marketplace.clock import today
from tests.journeys.people import Person, Street
from tests.marketplace.uploads import picture
from tests.programs import wait_for

pytestmark = pytest.mark.real_commits

INTRODUCTION = "計測機器の取扱説明書を訳しています。技術翻訳者として十二年になります。"


def fills_the_profile(worker: Person, *, has_javascript: bool) -> None:
    """Say everything that the form asks for; what a script would fill in is asked for by buttons without it."""
    page = worker.page
    worker.goes_to("/settings/profile")
    worker.writes(
        nickname="高瀬 律",
        headline="計測機器の英日技術翻訳",
        introduction=INTRODUCTION,
        name="高瀬 律",
        name_kana="たかせ りつ",
        birth_date=f"{today().year - 45}-01-31",
        postal_code="６０４８３０１",
        phone="075-221-0000",
        hourly_rate_yen="５，５００",
        **{"schools-0-name": "北山大学", "links-0": "https://example.com/ritsu"},
    )
    for name, value in {"gender": "female", "status": "available", "weekly_hours": "10_to_20"}.items():
        page.locator(f"[name={name}][value='{value}']").check()
    for label in ("年齢層を公開する", "オンラインの仕事も受ける", "ワーカーとして公開する"):
        page.get_by_label(label).check()
    page.locator("[name=hometown]").select_option("25")
    if not has_javascript:
        worker.presses("住所を入れる")
    expect(page.locator("[name=city]")).to_have_value("京都市中京区")
    expect(page.locator("[name=street]")).to_have_value("二条城町")
    page.locator("[name=wanted_prefectures][value='26']").check()
    if not has_javascript:
        worker.presses("選んだ都道府県の市区町村を選ぶ")
    page.locator("#wanted-cities summary").click()
    page.locator("[name=wanted_cities][value='26104']").check()
    page.locator("[name=picture]").set_input_files({"name": "me.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    worker.presses("更新をする")
    worker.sees("プロフィールを更新しました")
    expect(page.locator("[name=name_kana]")).to_have_value("タカセ リツ")


def adds_a_skill(worker: Person) -> None:
    worker.goes_to("/settings/skills")
    worker.writes(name="英日翻訳", started_on="2014-04")
    worker.page.get_by_label("人に教えられる").check()
    worker.presses("登録する")
    expect(worker.page.get_by_role("main")).to_contain_text("英日翻訳")


def adds_a_qualification(worker: Person) -> None:
    worker.goes_to("/settings/qualifications")
    worker.page.locator("main [name=category]").first.select_option("language")
    worker.writes(name="実用英語技能検定", common_name="英検", grade="1級")
    worker.presses("登録する")
    expect(worker.page.get_by_role("main")).to_contain_text("英検")


def adds_a_career(worker: Person) -> None:
    worker.goes_to("/settings/careers")
    worker.page.locator("main [name=category]").first.select_option("freelance")
    worker.writes(started_on="2014-04", company="個人事業主", duties="保守要領書の翻訳")
    worker.page.locator("main [name=is_current]").check()
    worker.presses("登録する")
    expect(worker.page.get_by_role("main")).to_contain_text("個人事業主")


def adds_a_hobby(worker: Person) -> None:
    worker.goes_to("/settings/hobbies")
    worker.page.locator("main [name=category]").first.select_option("outdoors")
    worker.writes(name="山歩き", keywords="低山 地形図")
    worker.presses("登録する")
    expect(worker.page.get_by_role("main")).to_contain_text("山歩き")


def finds(client: Person, words: str, nickname: str, *, has_javascript: bool) -> None:
    """Search by words until the index has followed, then leave those who have time, and ask for no more than this."""
    page, heading = client.page, client.page.get_by_role("heading", name=nickname)

    def found() -> bool:
        client.goes_to("/workers")
        page.get_by_role("searchbox").fill(words)
        client.presses("検索する")
        page.wait_for_load_state("networkidle")
        return heading.count() > 0

    def asks() -> None:
        if has_javascript:
            page.keyboard.press("Enter")
        else:
            client.presses("この条件で探す")

    wait_for(found, 15)
    page.get_by_role("checkbox", name="対応可能").check()
    page.get_by_label("時給の上限").fill("５，０００")
    asks()
    client.sees("「時給 5,000円以下」を外すと、1人います。")
    page.get_by_label("時給の上限").fill("6000")
    asks()
    expect(heading).to_be_visible()
    assert {"status=available", "rate_to=6000"} <= set(urlsplit(page.url).query.split("&"))


def sees_what_is_public(client: Person) -> None:
    """Look at the page of the worker."""
    client.sees("技術翻訳者として十二年になります。")
    for public in ("計測機器の英日技術翻訳", "北山大学", "https://example.com/ritsu", "京都市中京区", "滋賀県", "40代"):
        client.sees(public)
    for private in ("075-221-0000", "タカセ リツ", "二条城町", "604-8301"):
        client.does_not_see(private)
    face = client.page.locator(".w-picture img")
    assert face.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 0


def writes_to(client: Person, title: str, body: str) -> None:
    client.writes(title=title, body=body)
    client.presses("確認する")
    client.sees("この内容で送信します")
    client.presses("送信")
    client.sees("送信しました。")


def test_be_found_be_followed_be_written_to(street: Callable[..., Street], has_javascript: bool) -> None:
    people = street(has_javascript=has_javascript)
    worker, client = people.someone("ritsu-takase"), people.someone("tomo-client")

    worker.registers()
    worker.signs_in()
    fills_the_profile(worker, has_javascript=has_javascript)
    adds_a_skill(worker)
    adds_a_qualification(worker)
    adds_a_career(worker)
    adds_a_hobby(worker)

    client.registers()
    client.signs_in()
    finds(client, "取扱説明書 英検 技術翻訳", "高瀬 律", has_javascript=has_javascript)
    client.page.get_by_role("link", name="詳細を見る").first.click()
    sees_what_is_public(client)
    client.page.get_by_role("button", name="フォローする").first.click()
    expect(client.page.get_by_role("button", name="フォロー中").first).to_be_visible()
    client.follows_link("相談をする")
    writes_to(client, "取扱説明書の和訳について", "英文二百ページの和訳をお願いできますか。")

    worker.goes_to("/messages")
    worker.follows_link("取扱説明書の和訳について")
    worker.sees("英文二百ページの和訳をお願いできますか。")
    worker.writes(body="ご連絡ありがとうございます。原稿を拝見してお返事します。")
    worker.presses("確認する")
    worker.sees("この内容で送信します")
    worker.presses("送信")
    expect(worker.page.get_by_role("log")).to_contain_text("原稿を拝見してお返事します。")

    worker.goes_to("/contacts?tab=followers")
    worker.page.get_by_role("button", name="フォローする").first.click()
    expect(worker.page.get_by_role("button", name="友達").first).to_be_visible()

    client.goes_to("/messages")
    client.follows_link("取扱説明書の和訳について")
    client.sees("原稿を拝見してお返事します。")
    for person, friend in ((worker, "tomo-client"), (client, "高瀬 律")):
        person.goes_to("/contacts?tab=friends")
        person.sees(friend)
