"""Which contracts one may see, and which came of a job."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Member
from marketplace.applications.models import Application
from marketplace.contracts.models import Contract, ContractShare, ContractTerms, TermsState
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.follows import queries as follows
from marketplace.i18n import _
from marketplace.jobs.models import Job
from marketplace.teams.models import Membership


def visible_to(viewer: Member) -> ColumnElement[bool]:
    """Return the condition for contracts that `viewer` may see: their own, and those they share as one of a team.

    A block hides what was never agreed to; what was agreed stays, for both have duties and papers from it.
    """
    other = case((Contract.client_id == viewer.id, Contract.worker_id), else_=Contract.client_id)
    is_shown = or_(Contract.started_at.is_not(None), follows.not_hidden(viewer, other))
    return or_(and_(is_party(viewer), is_shown), _has_share(viewer))


def is_party(viewer: Member) -> ColumnElement[bool]:
    """Return the condition for contracts of which `viewer` is the client or the worker."""
    return or_(Contract.client_id == viewer.id, Contract.worker_id == viewer.id)


def get_for(viewer: Member, contract_id: int) -> Contract:
    """Return a contract with its parties, company and team, if `viewer` may see it; raises NotFound."""
    parties = (Contract.client, Contract.worker, Contract.company, Contract.team)
    question = select(Contract).where(Contract.id == contract_id, visible_to(viewer))
    found = db.session.scalar(question.options(*(joinedload(each) for each in parties)))
    if found is None:
        raise NotFound(_("この取引は見つかりません。"))
    return found


def find_of(viewer: Member, application: Application) -> Contract | None:
    """Return the contract that came of an application, if there is one that `viewer` may see."""
    return db.session.scalar(select(Contract).where(Contract.application_id == application.id, visible_to(viewer)))


def job_id_of(contract_id: int | None) -> int | None:
    """Return the number of the job that a contract came of."""
    return db.session.scalar(select(Contract.job_id).where(Contract.id == contract_id))


def begun_for(job: Job) -> Sequence[Contract]:
    """Return the contracts for `job` under which work has begun, whatever became of it, in that order."""
    begun = select(Contract).where(Contract.job_id == job.id, Contract.started_at.is_not(None))
    return db.session.scalars(begun.order_by(Contract.started_at, Contract.id)).all()


def count_in(company_id: int) -> int:
    """Return how many contracts there are in the name of a company, ended ones among them."""
    return db.session.scalar(select(func.count()).select_from(Contract).where(Contract.company_id == company_id)) or 0


def do_count() -> ColumnElement[bool]:
    """Return the condition for terms by whose shares a contract is one's own too: in force, or the first proposed.

    What is proposed while the work goes on shows nobody what the parties have shared until then: one party alone may
    propose it.
    """
    return or_(
        and_(ContractTerms.state == TermsState.PROPOSED, Contract.started_at.is_(None)),
        and_(ContractTerms.state == TermsState.AGREED, ContractTerms.number == Contract.terms_number),
    )


def is_still_in() -> ColumnElement[bool]:
    """Return the condition for shares of those who have not left the team of the contract.

    What they are owed they read in the notices of their own.
    """
    place = exists().where(Membership.team_id == Contract.team_id, Membership.member_id == ContractShare.member_id)
    return or_(Contract.team_id.is_(None), place.correlate(Contract, ContractShare))


def take_part() -> ColumnElement[bool]:
    """Return the condition for shares of those who do a part for a part of the reward, and are still in the team.

    A share of nothing says that somebody gave theirs up: it opens nothing to them.
    """
    return and_(is_still_in(), ContractShare.percent > 0)


def _has_share(viewer: Member) -> ColumnElement[bool]:
    of_contract = and_(ContractTerms.contract_id == Contract.id, do_count(), take_part())
    return exists().where(of_contract, ContractShare.terms_id == ContractTerms.id, ContractShare.member_id == viewer.id)
