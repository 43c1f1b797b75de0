"""A block parts two members, in every place where they could meet, until it is taken back."""

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace.accounts.models import Member
from tests.blueprints.letters import begin, follow
from tests.journeys.people import Person, Street, comes

pytestmark = pytest.mark.real_commits


def blocks_from_contacts(blocker: Person, nickname: str) -> None:
    blocker.goes_to("/contacts?tab=friends")
    blocker.presses(f"{nickname}さんについて、ほかにできること")
    blocker.presses("この人をブロックする")
    blocker.sees("お互いのフォローが外れ")
    blocker.presses("ブロックする")
    blocker.sees(f"{nickname}さんをブロックしました。")


def test_a_block_parts_two_friends_until_it_is_taken_back(
    app: Flask, street: Callable[..., Street], ana: Member, ben: Member, has_javascript: bool
) -> None:
    follow(app, ana, ben)
    follow(app, ben, ana)
    number = begin(app, ana, ben)
    here = street(has_javascript=has_javascript)
    blocker, blocked = comes(app, here, ana), comes(app, here, ben)
    blocked.goes_to("/workers?q=Ana")
    blocked.sees("1 人のワーカーがいます")

    blocks_from_contacts(blocker, "Ben")

    blocked.goes_to("/workers/ana")
    blocked.sees("このページは見つかりません")
    blocked.goes_to("/workers?q=Ana")
    blocked.sees("0 人のワーカーがいます")
    blocked.goes_to("/contacts?tab=friends")
    blocked.sees("お互いにフォローすると、ここに並びます。")
    for person in (blocked, blocker):
        person.goes_to(f"/messages/{number}")
        person.sees("この会員には送信できません。")
        person.does_not_see("確認する")
    blocked.goes_to("/notifications")
    blocked.does_not_see("ブロック")

    blocker.goes_to("/workers/ben")
    blocker.sees("この会員をブロックしています。")
    blocker.follows_link("ブロックした人を見る")
    blocker.presses("Benさんのブロックを外す")
    blocker.sees("Benさんのブロックを外しました。")
    blocked.goes_to("/workers/ana")
    blocked.presses("フォローする。Anaさんをフォローします")
    blocked.sees("フォロー中")
