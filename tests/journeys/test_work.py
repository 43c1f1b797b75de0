"""Work from a post to its reviews: a client, a team's owner and a member of the team, in three browsers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from marketplace.clock import today
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.journeys.people import Person, Street, comes
from tests.programs import wait_for

pytestmark = pytest.mark.real_commits

TITLE = "機械の説明書の翻訳"


def day(number: int) -> str:
    return (today() + timedelta(days=number)).isoformat()


def chooses(person: Person, **fields: str) -> None:
    for name, value in fields.items():
        person.page.locator(f"main [name='{name}'][value='{value}']").check(force=True)


def fills(person: Person, label: str, words: str) -> None:
    person.page.get_by_role("textbox", name=label).fill(words)


def posts(client: Person) -> None:
    client.goes_to("/jobs/new")
    client.presses("募集開始")
    client.sees("報酬")
    chooses(client, reward_kind="fixed", is_tax_included="0")
    client.page.locator("main [name=category]").select_option("translation")
    client.writes(title=TITLE, description="英文20ページの説明書を和訳します。", reward_min_yen="48,000")
    client.writes(
        apply_until=day(30), offerer_name="緑商店", offerer_address="京都市中京区1-2", offerer_contact="075-000-0000"
    )
    client.writes(**{"questions-0-question": "翻訳の経験は何年ですか"})
    client.page.locator("main [name='questions-0-kind']").select_option("number")
    client.presses("募集開始")
    client.sees(f"「{TITLE}」の募集を始めました。")


def asks(worker: Person) -> None:
    worker.goes_to("/jobs?q=説明書")
    worker.follows_link(f"詳細をみる、{TITLE}")
    worker.follows_link("質問をする")
    assert worker.page.locator("main [name=title]").input_value() == f"{TITLE}について"
    worker.writes(body="用語集はありますか。")
    worker.presses("確認する")
    worker.presses("送信")
    worker.sees("用語集はありますか。")


def publishes_the_answer(client: Person) -> None:
    client.goes_to("/messages")
    client.follows_link(f"{TITLE}について")
    client.writes(body="はい、お渡しします。")
    client.presses("確認する")
    client.presses("送信")
    client.sees("はい、お渡しします。")
    client.follows_link("質問と回答を案件のページに載せる")
    client.presses("文を確かめる")
    client.presses("案件のページに載せる")
    client.sees("質問と回答を載せました。")


def applies_as_a_team(owner: Person) -> None:
    owner.goes_to("/jobs?q=翻訳")
    owner.follows_link(f"詳細をみる、{TITLE}")
    owner.sees("はい、お渡しします。")
    owner.follows_link("応募する")
    owner.follows_link("「よみもの編集室」で応募")
    fills(owner, "佐藤", "60")
    fills(owner, "葵", "30")
    fills(owner, "翻訳の経験は何年ですか", "7")
    owner.writes(message="ふたりで訳し、たがいに見直します。", reward="50,000")
    owner.presses("確認する")
    owner.sees("分け前の合計が100%になるように入力してください。いまは90%です。")
    fills(owner, "葵", "40")
    owner.presses("確認する")
    owner.presses("送信")
    owner.sees("葵")


def takes_part(member: Person) -> None:
    member.goes_to("/mypage")
    member.follows_link(f"内容を見て答える、{TITLE}")
    member.presses("参加する")
    member.sees("参加を確認しました。全員がそろったので、応募をクライアントに送りました。")


def proposes_terms(client: Person) -> None:
    client.goes_to("/jobs/mine")
    client.follows_link(f"応募 1件、{TITLE}")
    client.follows_link("佐藤")
    client.follows_link("条件の相談へ進む")
    client.presses("条件の相談へ進む")
    client.writes(due_on=day(20), client_name="緑商店", worker_name="よみもの編集室(代表 佐藤)")
    chooses(client, client_has_employees="yes", withholding="subject", rights="transfer")
    client.presses("確認する")
    client.sees("この内容で送信します")
    client.presses("送信")
    client.sees("取引条件を送信しました。佐藤さんの回答をお待ちください。")


def agrees(owner: Person) -> None:
    owner.goes_to("/contracts")
    owner.follows_link(TITLE)
    owner.follows_link("条件を見て回答する")
    owner.presses("この条件に同意する")
    owner.sees("条件に同意しました。")


def confirms_the_notice(person: Person) -> None:
    person.goes_to("/contracts")
    person.follows_link(TITLE)
    link = person.page.get_by_role("link", name="通知書を確認する")
    # The notice is printed and logged by the drain, right after both agreed.
    wait_for(lambda: bool(person.page.reload()) and link.count() > 0, 15)
    link.click()
    person.presses("内容を確認する")
    person.sees("内容を確認した日時を記録しました。")


def delivers(owner: Person) -> None:
    owner.goes_to("/contracts")
    owner.follows_link(TITLE)
    owner.follows_link("納品する")
    owner.writes(body="訳文をお納めします。")
    owner.presses("納品する")
    owner.sees("納品しました。受け取りの日は今日です。")


def accepts_and_pays(client: Person) -> None:
    client.goes_to("/contracts")
    client.follows_link(TITLE)
    client.follows_link("検収する")
    client.presses("検収する")
    client.sees("検収しました。")
    client.follows_link("支払いを報告する")
    client.presses("支払いを報告する")
    client.sees("支払いを報告しました。")


def completes(owner: Person) -> None:
    owner.goes_to("/contracts")
    owner.follows_link(TITLE)
    owner.follows_link("受け取りを確認する")
    owner.presses("受け取りを確認する")
    owner.sees("取引が完了しました。")
    owner.goes_to("/contacts?tab=clients")
    owner.sees("みどり")


def reviews(person: Person, words: str) -> None:
    person.goes_to("/contracts?tab=done")
    person.follows_link(TITLE)
    person.follows_link("取引の評価")
    chooses(person, **{f"score_{number}": "5" for number in range(1, 6)})
    person.writes(text=words)
    person.presses("評価を送信する")


def test_work_goes_from_a_post_to_its_reviews(
    app: Flask,
    street: Callable[..., Street],
    make_member: MemberFactory,
    make_team: TeamFactory,
    has_javascript: bool,
) -> None:
    midori, sato, aoi = (
        make_member("midori", "みどり"),
        make_member("sato", "佐藤", worker=True),
        make_member("aoi", "葵", worker=True),
    )
    make_team("yomimono", sato, aoi, name="よみもの編集室")
    here = street(has_javascript=has_javascript)
    client, owner, member = (comes(app, here, each) for each in (midori, sato, aoi))

    posts(client)
    asks(owner)
    publishes_the_answer(client)
    applies_as_a_team(owner)
    takes_part(member)
    proposes_terms(client)
    agrees(owner)
    confirms_the_notice(owner)
    confirms_the_notice(member)
    delivers(owner)
    accepts_and_pays(client)
    completes(owner)
    reviews(owner, "指示がわかりやすく、支払いも早かったです。")
    owner.sees("両方がそろうか")
    reviews(client, "ていねいな訳でした。")
    client.sees("指示がわかりやすく、支払いも早かったです。")
    member.goes_to("/workers/sato")
    member.sees("ていねいな訳でした。")
