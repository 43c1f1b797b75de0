"""Questions about the shares of a team: who has agreed to which, and who is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts.models import Member
from marketplace.applications.models import Application, ApplicationShare
from marketplace.contracts.models import Contract, ContractShare, ContractTerms, TermsState
from marketplace.contracts.queries.contracts import is_still_in
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.i18n import _
from marketplace.jobs.models import JobRevision, RewardKind
from marketplace.teams.models import Membership


@dataclass(frozen=True)
class Word:
    """To which percent a member has agreed, of which reward, for which part of the work, and when."""

    percent: int
    part: str
    given_at: datetime
    reward_yen: int
    """The least of it, where an application took a range that the job offered."""
    reward_kind: RewardKind
    is_tax_included: bool
    is_range: bool = False

    def covers(self, share: ContractShare, terms: ContractTerms) -> bool:
        """Tell whether a share of `terms` is what they have agreed to: the same part of no smaller reward."""
        if (self.percent, self.part) != (share.percent, share.part):
            return False
        is_alike = (self.reward_kind, self.is_tax_included) == (terms.reward_kind, terms.is_tax_included)
        return is_alike and terms.amount_yen >= self.reward_yen


def words_of(contract: Contract) -> Mapping[int, Word]:
    """Return what each who is in the team has last agreed to, by the member's number.

    By applying with it, which names no part, by confirming it under a version, or by a version to which both parties
    have agreed.
    """
    members = set(db.session.scalars(select(Membership.member_id).where(Membership.team_id == contract.team_id)))
    words = {**_applied_with(contract), **_given_under_versions(contract)}
    return {member_id: word for member_id, word in words.items() if member_id in members}


def _applied_with(contract: Contract) -> Mapping[int, Word]:
    """Return to what the members agreed by applying: to the reward they proposed, or to what the job said then."""
    read = select(func.max(JobRevision.number)).where(
        JobRevision.job_id == Application.job_id, JobRevision.created_at <= ApplicationShare.confirmed_at
    )
    question = (
        select(
            *(ApplicationShare.member_id, ApplicationShare.percent, ApplicationShare.confirmed_at),
            *(Application.reward_yen, JobRevision.content),
        )
        .join(Application, Application.id == ApplicationShare.application_id)
        .join(JobRevision, JobRevision.job_id == Application.job_id)
        .where(
            JobRevision.number == func.coalesce(read.correlate(Application, ApplicationShare).scalar_subquery(), 1),
            ApplicationShare.application_id == contract.application_id,
            ApplicationShare.confirmed_at.is_not(None),
        )
    )
    return {
        member_id: Word(
            percent=percent,
            part="",
            given_at=confirmed_at,
            reward_yen=proposed_yen or job["reward_min_yen"],
            reward_kind=RewardKind(job["reward_kind"]),
            is_tax_included=job["is_tax_included"],
            is_range=proposed_yen is None and job["reward_max_yen"] not in {None, job["reward_min_yen"]},
        )
        for member_id, percent, confirmed_at, proposed_yen, job in db.session.execute(question)
    }


def _given_under_versions(contract: Contract) -> Mapping[int, Word]:
    share = (ContractShare.member_id, ContractShare.percent, ContractShare.part)
    given_at = func.coalesce(ContractShare.confirmed_at, ContractTerms.agreed_at)
    reward = (ContractTerms.amount_yen, ContractTerms.reward_kind, ContractTerms.is_tax_included)
    question = select(*share, given_at, *reward).join(ContractTerms, ContractTerms.id == ContractShare.terms_id)
    held = or_(ContractShare.confirmed_at.is_not(None), ContractTerms.state == TermsState.AGREED)
    question = question.where(ContractTerms.contract_id == contract.id, held).order_by(ContractTerms.number)
    return {
        member_id: Word(percent, part, at, yen, kind, is_included)
        for member_id, percent, part, at, yen, kind, is_included in db.session.execute(question)
    }


def unconfirmed(terms: ContractTerms) -> Sequence[Member]:
    """Return who was asked for their share of a version and has not said that they take part."""
    question = select(Member).join(ContractShare, ContractShare.member_id == Member.id)
    asked = (ContractShare.asked_at.is_not(None), ContractShare.confirmed_at.is_(None))
    return db.session.scalars(
        question.where(ContractShare.terms_id == terms.id, *asked).order_by(ContractShare.position)
    ).all()


def names_who_left(terms: ContractTerms) -> bool:
    """Tell whether a version names somebody who is not in the team of the contract any more."""
    named = select(ContractShare).join(ContractTerms, ContractTerms.id == ContractShare.terms_id)
    named = named.join(Contract, Contract.id == ContractTerms.contract_id)
    return bool(db.session.scalar(select(named.where(ContractTerms.id == terms.id, ~is_still_in()).exists())))


def get_share(member: Member, terms: ContractTerms) -> ContractShare:
    """Return the share of `member` under a version, as the database says now; raises NotFound."""
    question = select(ContractShare).where(ContractShare.terms_id == terms.id, ContractShare.member_id == member.id)
    found = db.session.scalar(question.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(_("確認する分配はありません。代表が決めなおしたか、取引の条件が変わりました。"))
    return found


def get_asked(viewer: Member, contract_id: int) -> tuple[Contract, ContractTerms]:
    """Return the version under which `viewer` is asked for their share, and its contract; raises NotFound.

    They see the terms also where they may not see the contract yet.
    """
    parties = (Contract.client, Contract.worker, Contract.company, Contract.team)
    question = (
        select(ContractTerms)
        .join(Contract, Contract.id == ContractTerms.contract_id)
        .join(ContractShare, ContractShare.terms_id == ContractTerms.id)
        .where(
            Contract.id == contract_id,
            ContractTerms.state == TermsState.PROPOSED,
            ContractShare.member_id == viewer.id,
            ContractShare.asked_at.is_not(None),
            is_still_in(),
        )
        .options(*(joinedload(ContractTerms.contract).joinedload(each) for each in parties))
        .options(selectinload(ContractTerms.shares).joinedload(ContractShare.member))
    )
    found = db.session.scalar(question)
    if found is None:
        raise NotFound(_("確認する分配はありません。代表が決めなおしたか、取引の条件が変わりました。"))
    return found.contract, found
