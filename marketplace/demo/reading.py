"""The texts of the demo world, read from their files and put into the words of the marketplace."""

from collections.abc import Iterator
from datetime import date

from marketplace.addresses import PREFECTURES, municipalities_of
from marketplace.careers.models import (
    CareerCategory,
    HobbyCategory,
    HobbyFrequency,
    HobbyVisibility,
    QualificationCategory,
    SkillLevel,
)
from marketplace.careers.service.careers import CareerColumns
from marketplace.careers.service.hobbies import HobbyColumns
from marketplace.careers.service.qualifications import QualificationColumns
from marketplace.clock import today
from marketplace.demo import exchanges, following, people
from marketplace.demo.banks import Text, bank, tables
from marketplace.phones import normalize_phone
from marketplace.pictures import Squares
from marketplace.profiles.models import Gender, School, SchoolKind, Status, WeeklyHours
from marketplace.profiles.service import ProfileChanges


def workers() -> list[Text]:
    """Return all workers of the demo world: those written by hand, then those put together."""
    return [*_by_hand(), *people.workers()]


def clients() -> list[Text]:
    """Return all members who have said nothing of themselves yet."""
    working = {worker["username"] for worker in _by_hand()}
    return [
        *(each for each in sign_ins() if each["username"] not in working),
        *people.clients(),
        *bank("office")["client"],
    ]


def sign_ins() -> list[Text]:
    """Return as whom one can sign in."""
    found: list[Text] = bank("ties")["sign_in"]
    return found


def follows() -> list[following.Pair]:
    """Return who follows whom, the follower first."""
    # Nobody is known to all within a week.
    return following.follows([each["username"] for each in _by_hand() if each["joined_days_ago"] > 7])


def conversations() -> list[Text]:
    """Return who wrote what to whom."""
    return exchanges.conversations()


def _by_hand() -> list[Text]:
    return tables("workers", "worker")


def profile(worker: Text, picture: Squares | None) -> ProfileChanges:
    """Return what this worker says in the form of the profile."""
    return ProfileChanges(
        nickname=worker["nickname"],
        headline=worker["headline"],
        introduction=worker["introduction"].strip(),
        name=worker["name"],
        name_kana=worker["kana"],
        gender=Gender(worker["gender"]) if "gender" in worker else None,
        birth_date=worker.get("birth_date"),
        postal_code=worker.get("postal_code"),
        prefecture=prefecture_code(worker["prefecture"]) if "prefecture" in worker else None,
        city=worker.get("city", ""),
        street=worker.get("street", ""),
        phone=normalize_phone(worker["phone"]) if "phone" in worker else None,
        status=Status(worker["status"]) if "status" in worker else None,
        weekly_hours=WeeklyHours(worker["weekly_hours"]) if "weekly_hours" in worker else None,
        hourly_rate_yen=worker.get("hourly_rate_yen"),
        shows_age_band=worker.get("shows_age_band", False),
        accepts_online=worker["accepts_online"],
        hometown=prefecture_code(worker["hometown"]) if "hometown" in worker else None,
        wanted_places=tuple(_place(words) for words in worker.get("wanted", [])),
        schools=tuple(School(SchoolKind(each["kind"]), each["name"]) for each in worker.get("schools", [])),
        links=tuple(worker.get("links", [])),
        picture=picture,
        is_published=True,
    )


def skills(worker: Text) -> Iterator[tuple[str, SkillLevel, date, str]]:
    """Yield name, level, month of starting and notes of each skill."""
    for text in worker["skills"]:
        yield text["name"], SkillLevel(text["level"]), _month(text["started"]), text.get("notes", "")


def qualifications(worker: Text) -> Iterator[QualificationColumns]:
    """Yield the columns of each qualification."""
    for text in worker.get("qualifications", []):
        yield QualificationColumns(
            category=QualificationCategory(text["category"]),
            name=text["name"],
            common_name=text.get("common_name", ""),
            grade=text.get("grade", ""),
            issuer=text.get("issuer", ""),
            acquired_on=_month(text["acquired"]),
            expires_on=_month(text["expires"]) if "expires" in text else None,
            registration_number=text.get("registration_number", ""),
            notes=text.get("notes", ""),
        )


def careers(worker: Text) -> Iterator[CareerColumns]:
    """Yield the columns of each career."""
    for text in worker.get("careers", []):
        yield CareerColumns(
            category=CareerCategory(text["category"]),
            started_on=_month(text["started"]),
            ended_on=_month(text["ended"]) if "ended" in text else None,
            company=text["company"],
            duties=text["duties"],
            url=text.get("url", ""),
            role=text["role"],
            environment=text.get("environment", ""),
            team_size=text.get("team_size"),
        )


def hobbies(worker: Text) -> Iterator[HobbyColumns]:
    """Yield the columns of each hobby."""
    for text in worker.get("hobbies", []):
        yield HobbyColumns(
            name=text["name"],
            category=HobbyCategory(text["category"]),
            since_year=today().year - text["years"],
            frequency=HobbyFrequency(text["frequency"]),
            keywords=text.get("keywords", ""),
            description=text.get("description", ""),
            visibility=HobbyVisibility(text.get("visibility", "public")),
            allows_surveys=text.get("survey_consent", False),
        )


def _month(words: str) -> date:
    """Read 「2014-04」."""
    return date.fromisoformat(f"{words}-01")


def prefecture_code(name: str) -> str:
    """Return the JIS code of a prefecture; raises KeyError for a name that is none."""
    return {prefecture.name: prefecture.code for prefecture in PREFECTURES}[name]


def _place(words: str) -> tuple[str, str]:
    """Return the JIS codes for 「京都府/宇治市」 or 「京都府」; raises KeyError for a name that is none."""
    prefecture, _slash, city = words.partition("/")
    code = prefecture_code(prefecture)
    return code, {each.name: each.code for each in municipalities_of(code)}[city] if city else ""
