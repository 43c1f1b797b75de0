"""What the owner in the town has entrusted to the program: papers, a pledge, an account, an export."""

from typing import Any

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.leaving import service as leaving
from marketplace.payouts import service as payouts
from marketplace.pledges import service as pledges
from marketplace.pledges import wording
from marketplace.profiles.models import PersonalDetails
from marketplace.verification import service
from marketplace.verification.models import DocumentKind, ReturnReason
from tests.factories.members import PASSWORD
from tests.factories.papers import handed_in, opened
from tests.marketplace.careers.entries import a_qualification
from tests.marketplace.payouts.accounts import changes, verify
from tests.marketplace.uploads import picture

NAME = "茶畑 葉子"


def entrust(owner: Member) -> dict[str, Any]:
    """Let `owner` hand in and sign; return what stands in the addresses of it."""
    verify(owner)
    db.db.session.get_one(PersonalDetails, owner.id).name = NAME
    qualification = a_qualification(owner)
    draft = service.add_pages(owner, DocumentKind.CERTIFICATE, [picture()], qualification)
    pledges.finish_reading(owner)
    for number, question in enumerate(wording.current().questions):
        pledges.answer(owner, number, question.right)
    pledge = pledges.sign(owner, NAME)
    payouts.save_account(owner, changes(), PASSWORD)
    export = leaving.ask_for_export(owner, PASSWORD)
    for step in (leaving.begin_export, leaving.make_export):
        step(0, {"id": export.id})
    return {
        "qualification_id": qualification.id,
        "document_id": draft.documents[0].id,
        "pledge_id": pledge.id,
        "export_id": export.id,
        "code": "0001",
        "position": 0,
    }


def look_at_papers(owner: Member, judge: Member, reader: Member) -> dict[str, Any]:
    """Let papers of `owner` be sent back, and others be open before `reader`; return what stands in addresses."""
    returned = opened(judge, handed_in(owner).id)
    service.send_back(judge, returned, ReturnReason.UNREADABLE, "ぼやけています。")
    destroyed = returned.documents[0].id
    service.destroy(0, {"document": destroyed})
    waiting = opened(reader, handed_in(owner).id)
    return {"verification_id": waiting.id, "receipt": destroyed}
