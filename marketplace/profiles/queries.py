"""Questions about members and what they say of themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from marketplace import stocktaking, storage
from marketplace.accounts.models import Account, Member
from marketplace.addresses import find_municipality, find_prefecture
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.follows import look_alikes
from marketplace.follows import queries as follows
from marketplace.i18n import _
from marketplace.pictures import SUFFIX
from marketplace.profiles.models import PersonalDetails, Profile, WantedPlace


class PictureSize(StrEnum):
    """The squares that are kept of a member's picture, by what they are big enough for."""

    SMALL = "small"
    """Lists."""
    MEDIUM = "medium"
    """The member's own page."""
    LARGE = "large"
    """Screens with many points, and paper."""


MOST_PLACES_IN_SHORT = 3

PICTURES = stocktaking.Shelf("pictures", Member.picture_key, tuple(f"-{size.value}{SUFFIX}" for size in PictureSize))
"""Where the pictures of members are stored, each in every size."""


@dataclass(frozen=True)
class Own:
    """Everything a member has said of themselves, for their own eyes."""

    member: Member
    profile: Profile
    details: PersonalDetails


@dataclass(frozen=True)
class Face:
    """What others may know of a member: nothing in here is private."""

    member: Member
    profile: Profile
    age_band: int | None
    """40 for somebody in their forties, None unless they let others know."""
    email_confirmed_at: datetime
    has_look_alike: bool = False
    """Whether somebody else whom the viewer may rely on is called nearly the same."""

    @property
    def places(self) -> str:
        """Where they want to work, in words; empty when they have not said."""
        online = [_("オンライン")] if self.profile.accepts_online else []
        wanted = place_words(self.profile.wanted_places)
        return str(_("、")).join([wanted, *online] if wanted else online)

    @property
    def hometown(self) -> str:
        """The prefecture they come from, in words; empty when they have not said."""
        prefecture = find_prefecture(self.profile.hometown or "")
        return prefecture.label if prefecture else ""


def visible_to(viewer: Member | None) -> ColumnElement[bool]:
    """Return the condition for members whose page `viewer` may open: who published it, and no block between them."""
    return and_(Member.published_at.is_not(None), follows.not_hidden(viewer, Member.id))


def get_for(viewer: Member | None, username: str) -> Member:
    """Return the member of that name whom `viewer` may know of, which everybody may of themselves; raises NotFound."""
    member = db.session.scalar(select(Member).where(Member.username == username, _visible_or_self(viewer)))
    if member is None:
        raise NotFound
    return member


def own(member: Member) -> Own:
    """Return all that `member` has said of themselves, with one statement."""
    profile, details, _confirmed_at = db.session.execute(own_question(member)).unique().one()
    return Own(profile.member, profile, details)


def own_question(member: Member) -> Select[Profile, PersonalDetails, datetime]:
    """Return the question behind `own`, for whoever asks more at the same time."""
    return _everything().where(Member.id == member.id)


def face_of(viewer: Member | None, username: str) -> Face:
    """Return what the page of this member shows to `viewer`, with one statement; raises NotFound."""
    question = _everything().add_columns(look_alikes.has_look_alike(viewer).label("has_look_alike"))
    return _face(question.where(Member.username == username, visible_to(viewer)))


def own_face(member: Member) -> Face:
    """Return what the page of `member` shows to others, published or not."""
    return _face(own_question(member))


def profiles_of(member_ids: Iterable[int]) -> dict[int, Profile]:
    """Return the profiles of these members by id, without their wanted places."""
    found = db.session.scalars(select(Profile).where(Profile.member_id.in_(set(member_ids))))
    return {profile.member_id: profile for profile in found}


def workers_among(viewer: Member | None, member_ids: Iterable[int]) -> dict[int, Profile]:
    """Return the profiles, with member and wanted places, of those among these members whom `viewer` may see."""
    question = (
        select(Profile)
        .join(Profile.member)
        .where(Profile.member_id.in_(set(member_ids)), visible_to(viewer))
        .options(contains_eager(Profile.member), joinedload(Profile.wanted_places))
    )
    return {profile.member_id: profile for profile in db.session.scalars(question).unique()}


def place_words(places: Iterable[WantedPlace]) -> str:
    """Return wanted places in words: 「京都府(京都市中京区、宇治市)、滋賀県」."""
    cities: dict[str, list[str]] = {}
    for place in places:
        names = cities.setdefault(place.prefecture, [])
        city = find_municipality(place.city) if place.city else None
        if city is not None:
            names.append(city.label)
    words, comma = [], str(_("、"))
    for code, names in cities.items():
        prefecture = find_prefecture(code)
        if prefecture is not None:
            label = prefecture.label
            words.append(_("%(name)s(%(cities)s)", name=label, cities=comma.join(names)) if names else label)
    return comma.join(words)


def short_place_words(profile: Profile) -> str:
    """Return wanted places in the few words of a list, without their cities: 「京都府・オンライン」."""
    found = (find_prefecture(code) for code in dict.fromkeys(place.prefecture for place in profile.wanted_places))
    names = [prefecture.label for prefecture in found if prefecture is not None]
    if profile.accepts_online:
        names.append(_("オンライン"))
    return str(_("・")).join(names[:MOST_PLACES_IN_SHORT]) + (_("ほか") if len(names) > MOST_PLACES_IN_SHORT else "")


def picture_file(key: str, size: PictureSize) -> str:
    """Return where one size of the picture `key` is stored."""
    return f"{key}-{size.value}{SUFFIX}"


def picture_for(viewer: Member | None, username: str, size: PictureSize) -> bytes:
    """Return one size of the picture of a member whom `viewer` may know of, as WebP; raises NotFound."""
    member = get_for(viewer, username)
    if member.picture_key is None:
        raise NotFound
    return storage.get(picture_file(member.picture_key, size))


def _visible_or_self(viewer: Member | None) -> ColumnElement[bool]:
    condition = visible_to(viewer)
    return condition if viewer is None else or_(condition, Member.id == viewer.id)


def _everything() -> Select[Profile, PersonalDetails, datetime]:
    return (
        select(Profile, PersonalDetails, Account.confirmed_at)
        .join(Profile.member)
        .join(Account, Account.id == Member.id)
        .join(PersonalDetails, PersonalDetails.member_id == Profile.member_id)
        .options(contains_eager(Profile.member), joinedload(Profile.wanted_places))
    )


def _face(question: Select[*tuple[Any, ...]]) -> Face:
    row = db.session.execute(question).unique().one_or_none()
    if row is None:
        raise NotFound
    has_look_alike = bool(getattr(row, "has_look_alike", False))
    return Face(row.Profile.member, row.Profile, row.PersonalDetails.age_band(), row.confirmed_at, has_look_alike)
