"""秘密保持の合意 as those who take part see it."""

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.contracts.models import Contract
from marketplace.profiles.models import PersonalDetails
from tests.blueprints.test_drafts import save
from tests.factories.contracts import ContractFactory
from tests.visit import Visitors


@pytest.fixture
def going_on(app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory) -> Contract:
    """What Cleo has commissioned of Ana; both have registered their names."""
    contract = make_contract(cleo, ana)
    with app.app_context(), db.writing():
        for member in (ana, cleo):
            db.db.session.get_one(PersonalDetails, member.id).name = f"本名{member.username}"
        db.commit()
    return contract


def test_asked_for_previewed_signed_and_then_disclosed(
    visit: Visitors, going_on: Contract, ana: Member, cleo: Member
) -> None:
    client, worker = visit.as_(cleo), visit.as_(ana)
    save(client.open("secrecy.propose", contract_id=going_on.id), purpose="翻訳の", special="図面")
    page = client.open("secrecy.propose", contract_id=going_on.id)
    assert (page.value("purpose"), page.value("special")) == ("翻訳の", "図面")
    refused = page.submit("合意を求める", purpose="", special="図面は渡さない。")
    assert refused.status == 422
    assert "目的を入力してください。" in refused.errors()["purpose"]
    assert refused.value("special") == "図面は渡さない。"
    page = refused.submit("合意を求める", purpose="翻訳のため")
    assert "合意を求めました。" in page.text
    assert "本名cleo" in page.text
    page = page.submit("同意する")
    assert "署名しました。" in page.text
    theirs = worker.open("secrecy.show", contract_id=going_on.id)
    assert "本名ana" in theirs.text
    assert "本名cleo" not in theirs.html
    assert "同意しなくても、不利益はありません。" in theirs.text
    page = theirs.submit("同意する")
    assert "本名cleo" in page.text
    assert "本名ana" in client.open("secrecy.show", contract_id=going_on.id).text
    page = worker.post(f"/contracts/{going_on.id}/secrecy/1/sign")
    assert page.status == 200
    assert "いま署名できません" in page.text


def test_saying_no_tells_nobody_a_name(visit: Visitors, going_on: Contract, ana: Member, cleo: Member) -> None:
    fields = {"purpose": "翻訳のため", "years": "3"}
    page = visit.as_(cleo).post(f"/contracts/{going_on.id}/secrecy/new", fields)
    page = visit.as_(cleo).post(f"/contracts/{going_on.id}/secrecy/1/sign")
    page = visit.as_(ana).open("secrecy.show", contract_id=going_on.id).submit("同意しない")
    assert "この合意は見送られました。" in page.text
    assert "本名cleo" not in page.html
    # Nor by whom: of several, it would be whoever has not signed.
    assert "公開の記録の番号" not in page.text
    assert "公開の記録の番号" in visit.as_(cleo).open("secrecy.show", contract_id=going_on.id).text
    assert visit.as_(ana).post(f"/contracts/{going_on.id}/secrecy/2/sign").status == 409


def test_others_find_nothing(visit: Visitors, going_on: Contract, ben: Member) -> None:
    for path in ("secrecy", "secrecy/new"):
        assert visit.as_(ben).open_path(f"/contracts/{going_on.id}/{path}").status == 404
    for deed in ("sign", "refuse", "withdraw"):
        assert visit.as_(ben).post(f"/contracts/{going_on.id}/secrecy/1/{deed}").status == 404


def test_the_page_of_the_contract_says_whose_signature_is_missing(
    visit: Visitors, going_on: Contract, ana: Member, cleo: Member
) -> None:
    asked = "秘密保持の合意が、あなたの署名を待っています。"

    def shown(member: Member) -> str:
        return visit.as_(member).open("contracts.show", contract_id=going_on.id).text

    assert asked not in shown(ana)
    visit.as_(cleo).post(f"/contracts/{going_on.id}/secrecy/new", {"purpose": "翻訳のため", "years": "3"})
    assert asked in shown(ana)
    assert asked in visit.as_(ana).open("home.mypage").text
    assert asked in shown(cleo)
    page = visit.as_(cleo).open("contracts.show", contract_id=going_on.id).follow("内容を見て答える")
    page.submit("同意する")
    assert asked not in shown(cleo)
    assert "秘密保持の合意 署名を待っています" in shown(cleo)
    visit.as_(ana).open("secrecy.show", contract_id=going_on.id).submit("同意する")
    assert asked not in shown(ana)
    assert "秘密保持の合意 署名済み" in shown(ana)
    assert asked not in visit.as_(ana).open("home.mypage").text
    assert "秘密保持の合意(20" in visit.as_(ana).open("contracts.terms", contract_id=going_on.id).text
