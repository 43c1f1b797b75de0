"""Agreements of confidentiality that all have signed, and printed."""

from marketplace.accounts.models import Member
from marketplace.contracts import queries as contracts
from marketplace.contracts.models import Contract, SecrecyAgreement
from marketplace.contracts.secrecy_wording import SecrecyItems
from marketplace.contracts.service import secrecy, secrecy_papers
from marketplace.db import db
from marketplace.profiles.models import PersonalDetails

ITEMS = SecrecyItems("翻訳のため", 3, False, False, "図面は渡さない。")


def signed(contract: Contract, *signers: Member, items: SecrecyItems = ITEMS) -> SecrecyAgreement:
    """Let the first of `signers` ask for an agreement, and all sign it; who has no name gets one of their username."""
    for signer in signers:
        details = db.session.get_one(PersonalDetails, signer.id)
        details.name = details.name or f"氏名{signer.username}"
    db.session.flush()
    found = contracts.get_for(signers[0], contract.id)
    agreement = secrecy.propose(signers[0], found, items)
    for signer in signers:
        secrecy.sign(signer, found, agreement)
    return agreement


def printed(contract: Contract, *signers: Member) -> SecrecyAgreement:
    """The same, with its paper."""
    agreement = signed(contract, *signers)
    secrecy_papers.make_paper(1, {"agreement": agreement.id})
    db.session.flush()
    return agreement
