"""The part of an export that other programs read: a CV as JSON Resume (https://jsonresume.org/schema, v1.0.0)."""

from typing import Any

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Member
from marketplace.addresses import find_prefecture
from marketplace.careers.models import CareerCategory, HobbyCategory, SkillLevel
from marketplace.db import db
from marketplace.leaving import areas
from marketplace.profiles.models import PersonalDetails, Profile

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"


def of(member: Member) -> dict[str, Any]:
    """Return the CV of `member`; what they have not said is left out."""
    profile = db.session.get_one(Profile, member.id)
    careers = areas.careers(member)
    studies = [each for each in careers if each["category"] == CareerCategory.STUDY]
    work = [each for each in careers if each["category"] != CareerCategory.STUDY]
    return {
        "$schema": SCHEMA,
        "basics": _basics(member, profile),
        "work": [_said(_time(each) | {"position": each["role"], "summary": each["duties"]}) for each in work],
        "education": [
            *({"institution": school.name, "studyType": school.kind.label} for school in profile.schools),
            *(_said({"institution": each["company"], "area": each["role"]} | _dates(each)) for each in studies),
        ],
        "skills": [{"name": each["name"], "level": SkillLevel(each["level"]).label} for each in areas.skills(member)],
        "certificates": [
            _said({"name": _name(each), "date": each["acquired_on"], "issuer": each["issuer"]})
            for each in areas.qualifications(member)
        ],
        "interests": [{"name": each["name"], "keywords": _keywords(each)} for each in areas.hobbies(member)],
        "meta": {"version": "v1.0.0", "lastModified": profile.updated_at.isoformat(timespec="seconds")},
    }


def _basics(member: Member, profile: Profile) -> dict[str, Any]:
    details = db.session.get_one(PersonalDetails, member.id)
    prefecture = find_prefecture(details.prefecture or "")
    place = {
        "postalCode": details.postal_code,
        "region": prefecture.label if prefecture else None,
        "city": details.city,
        "address": details.street,
        "countryCode": "JP" if prefecture else None,
    }
    return _said(
        {
            "name": details.name or member.own_nickname,
            "label": profile.headline,
            "email": accounts.account_of(member).email,
            "phone": details.phone,
            "summary": profile.introduction,
            "location": _said(place),
            "profiles": [{"url": link} for link in profile.links],
        }
    )


def _time(career: dict[str, Any]) -> dict[str, Any]:
    return {"name": career["company"], "url": career["url"], **_dates(career)}


def _dates(career: dict[str, Any]) -> dict[str, Any]:
    return {"startDate": career["started_on"], "endDate": career["ended_on"]}


def _name(qualification: dict[str, Any]) -> str:
    return " ".join(filter(None, (qualification["name"], qualification["grade"])))


def _keywords(hobby: dict[str, Any]) -> list[str]:
    return [HobbyCategory(hobby["category"]).label, *filter(None, (hobby["keywords"],))]


def _said(found: dict[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in found.items() if each not in (None, "", {}, [])}
