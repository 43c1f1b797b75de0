"""会社名で探す: which companies fit what was typed, wherever in name, reading or domain it stands."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union_all

from marketplace.companies import numbers
from marketplace.companies.folding import is_form, words_of
from marketplace.companies.models import KEY_LENGTH, Belonging, Company, CompanyDomain, CompanyKey
from marketplace.companies.queries.companies import visible_to
from marketplace.db import db
from marketplace.paging import SIZE

MOST_FOUND = 500
"""How many are counted and can be leafed through; who has more adds a word."""
MOST_KEYS = 1_000
"""How many keys of a word are read at the beginning of names, and how many within: bounds the work."""
MOST_OF_A_WORD = 20_000
"""Among how many of each further word's keys the companies are sought that have all words."""
NEWEST = 8

_LAST = "\U0010ffff"


@dataclass(frozen=True)
class CompanyRow:
    """A company in a list."""

    company: Company
    members: int
    """Who belong to it, whatever their departments."""


@dataclass(frozen=True)
class Found:
    """A page of what fits."""

    rows: list[CompanyRow]
    total: int
    """MOST_FOUND when there are as many or more."""
    next_cursor: str | None
    previous_cursor: str | None
    """"" for the first page."""


def find(typed: str, cursor: str = "", size: int = SIZE, *, only_checked: bool = False) -> Found:
    """Return a page of the live companies whose names hold all words of `typed`, folded, or that declare this number.

    Those that begin so come first, and of them the shortest; a cursor that is none of ours gives the first page.
    `only_checked`: of a domain somebody confirmed an address, or the moderators confirmed the number.
    """
    ids = _ids_for(typed)
    ids = _checked_among(ids) if only_checked and ids else ids
    after = next((place for place, number in enumerate(ids, start=1) if str(number) == cursor), 0)
    shown = ids[after : after + size]
    previous = None
    if after:
        previous = str(ids[after - size - 1]) if after > size else ""
    return Found(
        rows=_rows(shown),
        total=len(ids),
        next_cursor=str(shown[-1]) if after + size < len(ids) else None,
        previous_cursor=previous,
    )


def newest(*, only_checked: bool = False) -> list[CompanyRow]:
    """Return the companies that were registered last; `only_checked` as in `find`."""
    last = select(Company.id).where(visible_to(None)).order_by(Company.id.desc()).limit(NEWEST)
    return _rows(list(db.session.scalars(last.where(_is_checked()) if only_checked else last)))


def of_number(corporate_number: str, besides: int = 0) -> list[CompanyRow]:
    """Return the live companies that declare this number, but the one whose id is `besides`."""
    same = select(Company.id).where(Company.corporate_number == corporate_number, visible_to(None))
    return _rows(list(db.session.scalars(same.where(Company.id != besides).order_by(Company.id).limit(NEWEST))))


def _ids_for(typed: str) -> list[int]:
    number = numbers.find(typed)
    if number is not None:
        same = select(Company.id).where(Company.corporate_number == number, visible_to(None))
        return list(db.session.scalars(same.order_by(Company.id).limit(MOST_FOUND)))
    words = words_of(typed)
    if not words:
        return []
    return _ids_of_form(typed) if is_form(typed) else _ids_of(words)


def _ids_of_form(form: str) -> list[int]:
    """Return the newest that write their form of company so: it has no key, for it tells none from the others."""
    newest_ = select(Company.id, Company.name).where(visible_to(None)).order_by(Company.id.desc())
    among = newest_.limit(MOST_OF_A_WORD).subquery()
    holding = select(among.c.id).where(among.c.name.icontains(form.strip(), autoescape=True))
    return list(db.session.scalars(holding.order_by(among.c.id.desc()).limit(MOST_FOUND)))


def _is_checked() -> ColumnElement[bool]:
    has_domain = exists().where(CompanyDomain.company_id == Company.id)
    return or_(has_domain, Company.number_confirmed_at.is_not(None))


def _ids_of(words: tuple[str, ...]) -> list[int]:
    first, *others = words
    found = [_keys(place, first, others).subquery() for place in (0, 1)]
    both = union_all(*(select(each.c.place, each.c.key, each.c.company_id) for each in found)).subquery()
    ids = db.session.scalars(select(both.c.company_id).order_by(both.c.place, both.c.key, both.c.company_id))
    return list(dict.fromkeys(ids))[:MOST_FOUND]


def _checked_among(ids: list[int]) -> list[int]:
    checked = set(db.session.scalars(select(Company.id).where(Company.id.in_(ids), _is_checked())))
    return [number for number in ids if number in checked]


def _keys(place: int, word: str, others: list[str]) -> Select[int, str, int]:
    question = select(CompanyKey.place, CompanyKey.key, CompanyKey.company_id).where(_begins(place, word))
    for other in others:
        holding = [select(CompanyKey.company_id).where(_begins(each, other)).limit(MOST_OF_A_WORD) for each in (0, 1)]
        parts = [select(each.subquery().c.company_id) for each in holding]
        question = question.where(CompanyKey.company_id.in_(union_all(*parts)))
    return question.order_by(CompanyKey.key, CompanyKey.company_id).limit(MOST_KEYS)


def _begins(place: int, word: str) -> ColumnElement[bool]:
    word = word[:KEY_LENGTH]
    return and_(CompanyKey.place == place, CompanyKey.key >= word, CompanyKey.key < word + _LAST)


def _rows(ids: list[int]) -> list[CompanyRow]:
    members = select(func.count(Belonging.member_id.distinct())).where(Belonging.company_id == Company.id)
    question = select(Company, members.scalar_subquery()).where(Company.id.in_(ids), visible_to(None))
    found = {company.id: CompanyRow(company, count) for company, count in db.session.execute(question)} if ids else {}
    return [found[number] for number in ids if number in found]
