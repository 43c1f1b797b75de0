"""Questions about what is agreed: versions of the terms, and with whom they may be proposed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts.models import Member
from marketplace.applications.models import Application, ApplicationShare, ApplicationState
from marketplace.contracts.models import (
    Contract,
    ContractShare,
    ContractState,
    ContractTerms,
    TermsState,
)
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.follows import queries as follows
from marketplace.i18n import _
from marketplace.jobs.models import Job
from marketplace.sharing import WHOLE
from marketplace.teams.models import Membership, Role, Team


def versions_of(contract: Contract) -> Sequence[ContractTerms]:
    """Return all versions of the terms, the newest first, without their shares."""
    question = select(ContractTerms).where(ContractTerms.contract_id == contract.id)
    return db.session.scalars(question.order_by(ContractTerms.number.desc())).all()


def get_terms(contract: Contract, number: int) -> ContractTerms:
    """Return one version with its shares; raises NotFound."""
    found = _one(contract, ContractTerms.number == number)
    if found is None:
        raise NotFound(_("この取引条件は見つかりません。"))
    return found


def find_proposed(contract: Contract) -> ContractTerms | None:
    """Return the version that waits for an answer, with its shares."""
    return _one(contract, ContractTerms.state == TermsState.PROPOSED)


def find_in_force(contract: Contract) -> ContractTerms | None:
    """Return the version that both rely on, with its shares; None before there is any."""
    return None if contract.terms_number is None else _one(contract, ContractTerms.number == contract.terms_number)


def find_version(terms_id: int) -> ContractTerms | None:
    """Return a version with its shares, and its contract with both parties, company and team."""
    parties = (Contract.client, Contract.worker, Contract.company, Contract.team)
    contract = [joinedload(ContractTerms.contract).joinedload(each) for each in parties]
    question = select(ContractTerms).where(ContractTerms.id == terms_id).options(*contract, _shares())
    return db.session.scalar(question)


def newest_number(contract: Contract) -> int:
    """Return the number of the last version."""
    return (
        db.session.scalar(select(func.max(ContractTerms.number)).where(ContractTerms.contract_id == contract.id)) or 0
    )


def find_sent(member: Member, once: str) -> ContractTerms | None:
    """Return the version that `member` proposed by the form with that value."""
    question = select(ContractTerms).where(ContractTerms.proposer_id == member.id, ContractTerms.once == once)
    return db.session.scalar(question)


def total_of(terms: ContractTerms) -> int:
    """Return what the shares of a version come to, as the database says now."""
    return db.session.scalar(select(func.sum(ContractShare.percent)).where(ContractShare.terms_id == terms.id)) or 0


def broken_shares() -> Sequence[int]:
    """Return the numbers of agreed versions whose shares do not make one whole: there are none."""
    shared = select(ContractShare.terms_id).join(ContractTerms, ContractTerms.id == ContractShare.terms_id)
    question = shared.where(ContractTerms.state == TermsState.AGREED).group_by(ContractShare.terms_id)
    return db.session.scalars(question.having(func.sum(ContractShare.percent) != WHOLE)).all()


def get_accepted(viewer: Member, application_id: int) -> Application:
    """Return an application to a job of the viewer's own which they accepted, with team and shares; raises NotFound."""
    own = select(Application).join(Application.job).where(Application.id == application_id, Job.poster_id == viewer.id)
    has_terms = exists().where(Contract.application_id == Application.id)
    accepted = own.where(
        Application.state == ApplicationState.ACCEPTED, or_(Application.terms_by.is_not(None), has_terms)
    )
    whole = (
        joinedload(Application.job).joinedload(Job.company),
        joinedload(Application.applicant),
        joinedload(Application.team),
        selectinload(Application.shares).joinedload(ApplicationShare.member),
    )
    shown = accepted.where(follows.not_hidden(viewer, Application.applicant_id))
    found = db.session.scalar(shown.options(*whole))
    if found is None:
        raise NotFound(_("この応募は見つかりません。"))
    return found


def find_for_application(application: Application) -> Contract | None:
    """Return the contract that came of an application."""
    return db.session.scalar(select(Contract).where(Contract.application_id == application.id))


def leader_of(team: Team, other: Member) -> Member | None:
    """Return the owner who speaks for a team: the first who is not hidden from `other`; None when there is none."""
    owners = select(Member).join(Membership, Membership.member_id == Member.id)
    of_team = owners.where(Membership.team_id == team.id, Membership.role == Role.OWNER)
    shown = of_team.where(follows.not_hidden(other, Member.id), Member.id != other.id)
    return db.session.scalar(shown.order_by(Membership.joined_at, Member.id).limit(1))


def members_of(team: Team) -> Sequence[Member]:
    """Return who is in a team and has not left the marketplace: owners first, then the longest there."""
    question = select(Member).join(Membership, Membership.member_id == Member.id)
    of_team = question.where(Membership.team_id == team.id, Member.left_at.is_(None))
    # "owner" comes after "member".
    return db.session.scalars(of_team.order_by(Membership.role.desc(), Membership.joined_at, Member.id)).all()


def owns(member: Member, team: Team) -> bool:
    """Tell whether `member` is an owner of a team that has not been dissolved."""
    own = exists().where(
        Membership.team_id == team.id, Membership.member_id == member.id, Membership.role == Role.OWNER
    )
    return team.is_live and bool(db.session.scalar(select(own)))


def proposed_between(one_id: int, other_id: int) -> Sequence[Contract]:
    """Return the contracts between two members to which nobody has agreed yet."""
    pair = (one_id, other_id)
    question = select(Contract).where(Contract.client_id.in_(pair), Contract.worker_id.in_(pair))
    return db.session.scalars(question.where(Contract.state == ContractState.PROPOSED)).all()


def proposed_of(member_id: int) -> Sequence[Contract]:
    """Return the contracts of a member to which nobody has agreed yet."""
    is_party = or_(Contract.client_id == member_id, Contract.worker_id == member_id)
    return db.session.scalars(select(Contract).where(is_party, Contract.state == ContractState.PROPOSED)).all()


def _one(contract: Contract, condition: Any) -> ContractTerms | None:
    question: Select[ContractTerms] = select(ContractTerms).where(ContractTerms.contract_id == contract.id, condition)
    return db.session.scalar(question.options(_shares()))


def _shares() -> Any:
    return selectinload(ContractTerms.shares).joinedload(ContractShare.member)
