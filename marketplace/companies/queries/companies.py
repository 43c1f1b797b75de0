"""Questions about a company itself: at which address it is, under which names and domains it is known."""

from collections.abc import Iterable

from sqlalchemy import or_, select
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

_former = aliased(Company)


def get_for(slug: str) -> Company:
    """Return the live company at that address, or the one that it was merged into; raises NotFound."""
    kept = select(_former.merged_into_id).where(_former.slug == slug).scalar_subquery()
    question = select(Company).where(or_(Company.slug == slug, Company.id == kept), Company.closed_at.is_(None))
    company = db.session.scalar(question.options(selectinload(Company.domains)))
    if company is None:
        raise NotFound(_("この会社のページは見つかりません。登録が取り下げられたか、URLが違います。"))
    return company


def get_joined(member: Member, slug: str) -> Company:
    """Return the live company at that address if `member` belongs to it; raises NotFound for everybody else."""
    company = get_for(slug)
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


def picture_for(slug: str, size: PictureSize) -> bytes:
    """Return one size of the logo of a company, as WebP; raises NotFound."""
    key = db.session.scalar(select(Company.picture_key).where(Company.slug == slug, Company.closed_at.is_(None)))
    if key is None:
        raise NotFound
    return storage.get(picture_file(key, size))
