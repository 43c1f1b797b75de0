"""Questions about leaving: what must be settled first, who is to be erased, where an export stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from marketplace import stocktaking
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.companies.models import Belonging, Company, CompanyRole
from marketplace.contracts import queries as contracts
from marketplace.contracts.models import Contract, ContractState
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.i18n import _
from marketplace.leaving.models import RETURN_WITHIN, Export, ExportState
from marketplace.teams.models import Membership, Role, Team

EXPORTS = stocktaking.Shelf("exports", Export.storage_key)
"""Where exports are stored."""

_other_place, _other_belonging, _other = aliased(Membership), aliased(Belonging), aliased(Member)


class ObstacleKind(StrEnum):
    """What must be settled before one leaves."""

    TEAM = "team"
    """A team whose only owner the member is."""
    COMPANY = "company"
    """A company whose only owner the member is."""
    CONTRACT = "contract"
    """A contract in which the other party waits for the member."""
    OFFICE = "office"
    """The member is a moderator."""


@dataclass(frozen=True)
class Obstacle:
    """One thing to be settled, with the name and the address of what it is about."""

    kind: ObstacleKind
    name: str = ""
    slug: str = ""
    id: int = 0
    """Of a contract, which has no address by name."""


def obstacles_of(member: Member) -> list[Obstacle]:
    """Return what `member` must settle before leaving (three statements)."""
    found = [Obstacle(ObstacleKind.OFFICE)] if member.is_moderator else []
    found += [Obstacle(ObstacleKind.CONTRACT, each.title, id=each.id) for each in contracts.unsettled_of(member)]
    found += [Obstacle(ObstacleKind.TEAM, team.name, team.slug) for team in teams_led_alone(member)]
    found += [Obstacle(ObstacleKind.COMPANY, each.name, each.slug) for each in companies_led_alone(member)]
    return found


def unpaid_to(member: Member) -> list[Contract]:
    """Return the contracts of which `member` has done the work, and not confirmed that all of it was paid."""
    done = (ContractState.ACCEPTED, ContractState.ENDED)
    return [each for each in contracts.open_of(member) if each.worker_id == member.id and each.state in done]


def teams_led_alone(member: Member) -> Sequence[Team]:
    """Return the live teams that have no other owner than `member`, apart from those who have left."""
    place = _other_place
    another = (
        exists()
        .where(place.team_id == Team.id, place.role == Role.OWNER, place.member_id != member.id)
        .where(_other.id == place.member_id, _other.left_at.is_(None))
    )
    led = select(Team).join(Membership, Membership.team_id == Team.id).where(Membership.member_id == member.id)
    led = led.where(Membership.role == Role.OWNER, Team.dissolved_at.is_(None), ~another)
    return db.session.scalars(led.order_by(Team.name, Team.id)).all()


def companies_led_alone(member: Member) -> Sequence[Company]:
    """Return the live companies that have no other owner than `member`, apart from those who have left."""
    place = _other_belonging
    another = (
        exists()
        .where(place.company_id == Company.id, place.role == CompanyRole.OWNER, place.member_id != member.id)
        .where(_other.id == place.member_id, _other.left_at.is_(None))
    )
    own = exists().where(
        Belonging.company_id == Company.id, Belonging.member_id == member.id, Belonging.role == CompanyRole.OWNER
    )
    led = select(Company).where(own, Company.closed_at.is_(None), ~another)
    return db.session.scalars(led.order_by(Company.name, Company.id)).all()


def due_ids(at_most: int) -> Sequence[int]:
    """Return the numbers of those whose time to come back is over, who left first first."""
    over = (Member.left_at.is_not(None), Member.left_at <= now() - RETURN_WITHIN, Member.erased_at.is_(None))
    return db.session.scalars(select(Member.id).where(*over).order_by(Member.left_at, Member.id).limit(at_most)).all()


def newest_export(member: Member) -> Export | None:
    """Return what `member` asked for last, or None."""
    question = select(Export).where(Export.member_id == member.id).order_by(Export.asked_at.desc(), Export.id.desc())
    return db.session.scalar(question.limit(1))


def find_export(export_id: int) -> Export | None:
    """Return an export with whose it is, as the row is now, or None."""
    return db.session.get(Export, export_id, populate_existing=True)


def export_for(viewer: Member, export_id: int) -> Export:
    """Return an export that can be fetched, to its owner; raises NotFound for everybody else, and afterwards."""
    question = select(Export).where(Export.id == export_id, Export.member_id == viewer.id)
    export = db.session.scalar(question.where(Export.state == ExportState.READY))
    if export is None or not export.can_be_fetched(now()):
        raise NotFound(_("この書き出しは、もう受け取れません。必要なときは、もう一度書き出してください。"))
    return export
