"""Questions about a company itself: at which address it is, under which names and domains it is known."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased, selectinload

from marketplace import stocktaking, storage
from marketplace.accounts.models import Member
from marketplace.companies.models import Belonging, Company, CompanyDomain
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.i18n import _
from marketplace.pictures import SUFFIX
from marketplace.profiles.queries import PictureSize, picture_file

PICTURES = stocktaking.Shelf(
    "company-pictures", Company.picture_key, tuple(f"-{size.value}{SUFFIX}" for size in PictureSize)
)
"""Where the logos of companies are stored, each in every size."""

_former, _place = aliased(Company), aliased(Belonging)


def visible_to(viewer: Member | None) -> ColumnElement[bool]:
    """Return the condition for companies that `viewer` may see: live ones.

    What the moderators have hidden those who belong to it alone see.
    """
    is_open: ColumnElement[bool] = Company.hidden_at.is_(None)
    if viewer is not None:
        is_open = or_(is_open, exists().where(_place.company_id == Company.id, _place.member_id == viewer.id))
    return and_(Company.closed_at.is_(None), is_open)


def get_for(viewer: Member | None, slug: str) -> Company:
    """Return the company at that address, or the one that it was merged into, if `viewer` may see it; or NotFound."""
    return _at(slug, visible_to(viewer))


def get_live(slug: str) -> Company:
    """Return what `get_for` returns, hidden or not: for moderators alone."""
    return _at(slug, Company.closed_at.is_(None))


def get_joined(member: Member, slug: str) -> Company:
    """Return the live company at that address if `member` belongs to it; raises NotFound for everybody else."""
    company = get_for(member, slug)
    belongs = select(Belonging.id).where(Belonging.company_id == company.id, Belonging.member_id == member.id)
    if db.session.scalar(belongs.limit(1)) is None:
        raise NotFound(_("この会社のページは見つかりません。登録が取り下げられたか、URLが違います。"))
    return company


def has_domain(company: Company, domain: str) -> bool:
    """Tell whether somebody of `company` confirmed an address at `domain`."""
    return find_owner_of_domain(domain) == company.id


def find_owner_of_domain(domain: str) -> int | None:
    """Return the id of the company whose domain that is, or None."""
    return db.session.scalar(select(CompanyDomain.company_id).where(CompanyDomain.domain == domain))


def names_of(company: Company) -> tuple[list[str], list[str]]:
    """Return the names and readings, former registrations' among them, and the domains by which it is found."""
    former = select(Company.name, Company.reading).where(Company.merged_into_id == company.id)
    names = [company.name, company.reading, *(each for row in db.session.execute(former) for each in row)]
    domains = db.session.scalars(select(CompanyDomain.domain).where(CompanyDomain.company_id == company.id))
    return names, list(domains)


def free_slugs(slugs: Iterable[str]) -> list[str]:
    """Return those of `slugs` at which there never was a company, in their order."""
    wanted = list(slugs)
    taken = set(db.session.scalars(select(Company.slug).where(Company.slug.in_(wanted))))
    return [slug for slug in wanted if slug not in taken]


def is_shown_to(viewer: Member, company: Company) -> bool:
    """Tell whether `viewer` may see `company`."""
    return bool(db.session.scalar(select(exists().where(Company.id == company.id, visible_to(viewer)))))


def picture_for(viewer: Member | None, slug: str, size: PictureSize) -> bytes:
    """Return one size of the logo of a company that `viewer` may see, as WebP; raises NotFound."""
    key = db.session.scalar(select(Company.picture_key).where(Company.slug == slug, visible_to(viewer)))
    if key is None:
        raise NotFound
    return storage.get(picture_file(key, size))


def _at(slug: str, may_be_had: ColumnElement[bool]) -> Company:
    kept = select(_former.merged_into_id).where(_former.slug == slug).scalar_subquery()
    question = select(Company).where(or_(Company.slug == slug, Company.id == kept), may_be_had)
    company = db.session.scalar(question.options(selectinload(Company.domains)))
    if company is None:
        raise NotFound(_("この会社のページは見つかりません。登録が取り下げられたか、URLが違います。"))
    return company
