"""What all have signed is printed once, stays as it was, and is found among the papers of those who signed it."""

import hashlib
from datetime import timedelta

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from marketplace import storage
from marketplace.accounts.models import Member
from marketplace.clock import local_day
from marketplace.contracts.models import SecrecyPaper
from marketplace.contracts.queries import filing
from marketplace.contracts.queries import secrecy as queries
from marketplace.contracts.queries.filing import PaperKind, Sought
from marketplace.contracts.secrecy_printing import sections_of
from marketplace.contracts.secrecy_wording import SecrecyItems
from marketplace.contracts.service import secrecy_papers
from marketplace.db import db
from marketplace.errors import Invalid, NotFound
from marketplace.i18n import speaking
from marketplace.outbox import Errand
from marketplace.transparency import signing
from marketplace.transparency.checking import check, load_key
from marketplace.transparency.receipts import receipt_for
from tests.factories.contracts import ContractFactory
from tests.factories.members import MemberFactory
from tests.factories.notices import a_notice
from tests.factories.teams import TeamFactory
from tests.marketplace.contracts.signing import printed, signed

MISLEADING = SecrecyItems("翻訳のため\n\n第3条(目的)\n社内でだけ使うため", 3, True, False, "\n\n第9条")

pytestmark = pytest.mark.usefixtures("session")


def test_it_is_printed_once_and_proven_by_the_log(
    app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    agreement = signed(make_contract(cleo, ana), cleo, ana)
    (errand,) = db.session.scalars(select(Errand).where(Errand.topic == secrecy_papers.PAPER))
    for _time in range(2):
        secrecy_papers.make_paper(errand.id, errand.payload)
        db.session.flush()
    (paper,) = db.session.scalars(select(SecrecyPaper).options(joinedload(SecrecyPaper.agreement)))
    pdf = storage.get(paper.storage_key)
    assert hashlib.sha256(pdf).hexdigest() == paper.sha256
    said = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))
    for word in ("秘密保持の合意書", f"MU-{agreement.contract_id:06}-S1", "氏名ana", "氏名cleo", "図面は渡さない。"):
        assert word in said, word
    receipt = receipt_for(paper.leaf_index, record=secrecy_papers.record_of(paper), salt=paper.salt)
    proven = check(receipt, load_key(signing.published_key()))
    assert proven.kind == "secrecy.printed"
    assert (proven.record or {})["pdf_sha256"] == paper.sha256


def test_not_a_word_of_the_text_is_lost_whatever_was_written_into_it(
    ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    agreement = signed(make_contract(cleo, ana), cleo, ana, items=MISLEADING)
    with speaking("ja"):
        text, *_others = sections_of(agreement, queries.signatures_of(agreement))
    said = [word for row in text.rows[1:] for word in (row.label + "\n" + row.value).split()]
    assert said == agreement.text.split("\n\n", 1)[1].split()
    assert [row.label.partition("条")[0] for row in text.rows[1:4]] == ["第1", "第2", "第3"]


def test_what_is_not_signed_by_all_is_not_printed(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    agreement = signed(make_contract(cleo, ana), cleo)
    for number in (agreement.id, agreement.id + 999):
        secrecy_papers.make_paper(1, {"agreement": number})
    assert db.session.scalars(select(SecrecyPaper)).all() == []
    row = {"agreement_id": agreement.id, "storage_key": "x", "sha256": "0" * 64, "salt": "0", "leaf_index": 3_000_000}
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(insert(SecrecyPaper).values(row))


def test_what_was_printed_is_not_changed(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    printed(make_contract(cleo, ana), cleo, ana)
    for statement in (update(SecrecyPaper).values(sha256="1" * 64), delete(SecrecyPaper)):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(statement)


def ids(viewer: Member, sought: Sought) -> list[int]:
    return [filed.id for filed in filing.papers_for(viewer, sought).rows]


def test_all_who_signed_find_it_by_day_partner_and_kind_but_by_no_amount(
    ana: Member, ben: Member, cleo: Member, make_member: MemberFactory, make_contract: ContractFactory,
    make_team: TeamFactory,
) -> None:  # fmt: skip
    dora = make_member("dora")
    contract = make_contract(cleo, ana, team=make_team("kaki", ana, ben), shares={ana: 60, ben: 40})
    agreement = printed(contract, cleo, ana, ben)
    for viewer, partner, name in ((ana, cleo, "氏名cleo"), (ben, cleo, "氏名cleo"), (cleo, ana, "氏名ana")):
        (filed,) = filing.papers_for(viewer, Sought()).rows
        assert (filed.id, filed.kind, filed.partner, filed.partner_name) == (
            *(agreement.id, PaperKind.SECRECY, partner, name),
        )
        assert filed.amount_yen is None
        assert filing.get_agreement(viewer, agreement.id)[0] == filed
    day = local_day(agreement.ended_at or agreement.created_at)
    for partner in ("名cleo", "CLEO", "みなと商会"):
        assert ids(ana, Sought(since=day, until=day, partner=partner, kind=PaperKind.SECRECY)) == [agreement.id], (
            partner
        )
    for sought in (
        Sought(since=day + timedelta(days=1)),
        Sought(until=day - timedelta(days=1)),
        Sought(least_yen=1),
        Sought(most_yen=1_000_000_000),
        Sought(partner="ana"),
        Sought(kind=PaperKind.NOTICE),
    ):
        assert ids(ana, sought) == [], sought
    assert ids(dora, Sought()) == []
    with pytest.raises(NotFound):
        filing.get_agreement(dora, agreement.id)


def test_both_kinds_stand_in_one_list_in_the_order_of_their_days(
    monkeypatch: pytest.MonkeyPatch, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    agreement = printed(contract, cleo, ana)
    at = agreement.ended_at or agreement.created_at
    older = a_notice(contract, ana, delivered_at=at - timedelta(days=1)).id
    newer = a_notice(make_contract(cleo, ana), ana, delivered_at=at + timedelta(days=1)).id
    assert ids(ana, Sought()) == [newer, agreement.id, older]
    assert [filed.id for filed in filing.all_papers_for(ana, Sought())] == [older, agreement.id, newer]
    assert ids(ana, Sought(kind=PaperKind.NOTICE)) == [newer, older]
    monkeypatch.setattr(filing, "MOST_IN_A_LIST", 2)
    with pytest.raises(Invalid, match="2件まで"):
        filing.all_papers_for(ana, Sought())
    assert len(list(filing.all_papers_for(ana, Sought(kind=PaperKind.NOTICE)))) == 2
