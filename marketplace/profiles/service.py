"""Verbs of what a member says of themselves."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from sqlalchemy.orm.exc import StaleDataError

from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import Conflict, Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.pictures import Squares
from marketplace.profiles import policy, queries, squares
from marketplace.profiles.models import (
    Gender,
    PersonalDetails,
    Profile,
    School,
    Status,
    WantedPlace,
    WeeklyHours,
)
from marketplace.profiles.queries import Own

Place = tuple[str, str]
"""The JIS codes of a prefecture and of a city in it; the second is empty when the whole prefecture is meant."""

PRIVATE = ("name", "name_kana", "gender", "birth_date", "postal_code", "prefecture", "city", "street", "phone")

RENAMED = "profiles.renamed"
"""The topic of errands for whoever compared the name of a member (`id`), which is another since `at`."""

VERIFIED = ("name", "name_kana", "birth_date")
"""What the moderators compare with papers: a new name needs a new check."""


@dataclass(frozen=True, kw_only=True)
class ProfileChanges:
    """Everything a profile says after the change: what is left out becomes empty."""

    nickname: str
    headline: str = ""
    introduction: str = ""
    name: str = ""
    name_kana: str = ""
    gender: Gender | None = None
    birth_date: date | None = None
    postal_code: str | None = None
    prefecture: str | None = None
    city: str = ""
    street: str = ""
    phone: str | None = None
    status: Status | None = None
    weekly_hours: WeeklyHours | None = None
    hourly_rate_yen: int | None = None
    shows_age_band: bool = False
    wanted_places: tuple[Place, ...] = ()
    accepts_online: bool = False
    hometown: str | None = None
    schools: tuple[School, ...] = ()
    links: tuple[str, ...] = ()
    is_published: bool = False
    picture: Squares | None = None
    """A new picture; None leaves the present one."""
    removes_picture: bool = False

    @classmethod
    def nothing(cls, own: Own) -> Self:
        """Return the changes that would leave `own` as it is."""
        profile, details = own.profile, own.details
        return cls(
            nickname=own.member.nickname,
            headline=profile.headline,
            introduction=profile.introduction,
            status=profile.status,
            weekly_hours=profile.weekly_hours,
            hourly_rate_yen=profile.hourly_rate_yen,
            shows_age_band=details.shows_age_band,
            wanted_places=tuple((place.prefecture, place.city) for place in profile.wanted_places),
            accepts_online=profile.accepts_online,
            hometown=profile.hometown,
            schools=profile.schools,
            links=tuple(profile.links),
            is_published=own.member.is_worker,
            **{name: getattr(details, name) for name in PRIVATE},
        )


def begin(member: Member) -> None:
    """Give a new member an empty public and an empty private face."""
    db.session.add_all([Profile(member_id=member.id), PersonalDetails(member_id=member.id)])


def update(actor: Member, changes: ProfileChanges, version: int) -> None:
    """Make the profile of `actor` say what `changes` says, and show or hide it; all of it or nothing.

    Raises Conflict when the profile is not in `version` any more.
    """
    own = queries.own(actor)
    require(policy.can_update(actor, own.profile))
    if own.profile.version != version:
        raise Conflict(_("ほかの画面で先に更新されていました。二つの内容を見くらべて選んでください。"))
    stored = squares.store(queries.PICTURES, changes.picture)
    try:
        with db.session.begin_nested():
            _write(own, changes)
            squares.change(own.member, stored, changes.removes_picture)
    except StaleDataError:
        squares.remove_now(stored)
        raise Conflict(_("ほかの画面で先に更新されていました。二つの内容を見くらべて選んでください。")) from None
    _show_or_hide(own.member, changes.is_published)


def say_who_one_is(actor: Member, name: str, name_kana: str, birth_date: date) -> None:
    """Write down what papers are going to be compared with; what is there already stays as it is."""
    own = queries.own(actor)
    require(policy.can_update(actor, own.profile))
    changes = replace(ProfileChanges.nothing(own), name=name, name_kana=name_kana, birth_date=birth_date)
    if changes != ProfileChanges.nothing(own):
        update(actor, changes, own.profile.version)


def take_picture_away(member: Member) -> None:
    """Let `member` have no picture any more, as the moderators decided."""
    squares.change(member, None, True)


def confirm_status(actor: Member) -> None:
    """Say that the status of `actor` still holds (S2-40); raises Invalid when none was ever chosen."""
    profile = queries.own(actor).profile
    require(policy.can_confirm_status(actor, profile))
    if profile.status is None:
        raise Invalid(_("先に、プロフィールでステータスを選んでください。"))
    profile.status_confirmed_at = now()


def _write(own: Own, changes: ProfileChanges) -> None:
    profile, details = own.profile, own.details
    own.member.nickname = changes.nickname
    if changes.status is not profile.status:
        profile.status_confirmed_at = None if changes.status is None else now()
    profile.headline = changes.headline
    profile.introduction = changes.introduction
    profile.status = changes.status
    profile.weekly_hours = changes.weekly_hours
    profile.hourly_rate_yen = changes.hourly_rate_yen
    profile.accepts_online = changes.accepts_online
    profile.hometown = changes.hometown
    profile.schools = changes.schools
    profile.links = list(changes.links)
    # Never the same twice, so that the version grows whichever of the three rows changed.
    profile.updated_at = now()
    details.shows_age_band = changes.shows_age_band
    if any(getattr(details, name) != getattr(changes, name) for name in VERIFIED):
        _let_be_checked_anew(own.member, is_renamed=details.name != changes.name)
    for name in PRIVATE:
        setattr(details, name, getattr(changes, name))
    _want(profile, changes.wanted_places)


def _let_be_checked_anew(member: Member, is_renamed: bool) -> None:
    """Take back what was checked of somebody else's name, whatever was approved since this request began."""
    if member.identity_verified_at is not None:
        events.record(EventKind.IDENTITY_LOST, member, member=member)
    lost: dict[str, None] = {"identity_verified_at": None, "identity_document": None}
    if is_renamed:
        lost |= {"pledged_at": None, "pledged_version": None}
        outbox.put(RENAMED, {"id": member.id, "at": now().isoformat()})
    for column in lost:
        setattr(member, column, None)
    # What is None in memory may have been set meanwhile, and would not be written.
    table: Any = Member.__table__
    db.session.execute(table.update().where(table.c.id == member.id).values(lost))


def _want(profile: Profile, places: tuple[Place, ...]) -> None:
    present = {(place.prefecture, place.city): place for place in profile.wanted_places}
    wanted = []
    for position, (prefecture, city) in enumerate(dict.fromkeys(places)):
        place = present.get((prefecture, city)) or WantedPlace(prefecture=prefecture, city=city)
        place.position = position
        wanted.append(place)
    profile.wanted_places = wanted


def _show_or_hide(member: Member, is_published: bool) -> None:
    if is_published == member.is_worker:
        return
    member.published_at = now() if is_published else None
    events.record(EventKind.WORKER_PUBLISHED if is_published else EventKind.WORKER_UNPUBLISHED, member)
