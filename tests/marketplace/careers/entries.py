"""Entries as tests need them: whole, and different only where the test says so."""

from datetime import date
from io import BytesIO
from typing import Any

from marketplace.accounts.models import Member
from marketplace.attachments import Attachment, examine
from marketplace.careers import service
from marketplace.careers.models import (
    Career,
    CareerCategory,
    Hobby,
    HobbyCategory,
    MemberSkill,
    Qualification,
    QualificationCategory,
    SkillLevel,
)
from tests.marketplace.uploads import PDF

LONG_AGO = date(2015, 4, 1)


def a_skill(actor: Member, name: str = "Excel", **others: Any) -> MemberSkill:
    return service.skills.add(actor, **{"name": name, "level": SkillLevel.WORKING, "started_on": LONG_AGO} | others)


def a_qualification(actor: Member, name: str = "日商簿記検定", **others: Any) -> Qualification:
    columns = {"category": QualificationCategory.ACCOUNTING_LAW, "name": name} | others
    return service.qualifications.add(actor, **columns)


def a_career(actor: Member, company: str = "桂川翻訳", **others: Any) -> Career:
    columns = {"category": CareerCategory.EMPLOYEE, "started_on": LONG_AGO, "company": company} | others
    return service.careers.add(actor, **columns)


def a_hobby(actor: Member, name: str = "登山", **others: Any) -> Hobby:
    return service.hobbies.add(actor, **{"name": name, "category": HobbyCategory.OUTDOORS} | others)


def a_file(name: str = "見本.pdf", mark: str = "") -> Attachment:
    """A PDF that may be kept; `mark` makes its bytes different."""
    return examine(name, PDF.replace(b"/Catalog", b"/Catalog /M (" + mark.encode() + b")") if mark else PDF)


def an_upload(name: str = "見本.pdf", data: bytes = PDF) -> tuple[BytesIO, str]:
    """A file as the browser of the tests sends it."""
    return BytesIO(data), name
