"""How complete a profile is, and what would make it easier to find and to choose."""

from dataclasses import dataclass
from enum import StrEnum

from marketplace.profiles.queries import Own


class Part(StrEnum):
    """What a complete profile has, the most useful first."""

    INTRODUCTION = "introduction"
    """自己紹介文"""
    SKILLS = "skills"
    """スキル情報"""
    PICTURE = "picture"
    """プロフィール画像"""
    STATUS = "status"
    """ステータス"""
    HEADLINE = "headline"
    """ひとこと紹介"""
    RATE = "rate"
    """時給単価"""
    PLACES = "places"
    """お手伝い・お仕事をしたい場所, or online"""
    CAREERS = "careers"
    """経歴情報"""
    HOURS = "hours"
    """稼働可能時間/週"""


@dataclass(frozen=True)
class Completeness:
    """How much of a profile is there, and what is missing, the most useful first."""

    percent: int
    missing: tuple[Part, ...]


WEIGHTS = {Part.INTRODUCTION: 20, Part.SKILLS: 15, Part.HOURS: 5}
"""In percent; every other part counts OTHERWISE."""
OTHERWISE = 10


def completeness_of(own: Own, *, skills: int, careers: int) -> Completeness:
    """Return how complete the profile of a member with so many skills and careers is."""
    profile = own.profile
    there = {
        Part.INTRODUCTION: profile.introduction,
        Part.SKILLS: skills,
        Part.PICTURE: own.member.picture_key,
        Part.STATUS: profile.status,
        Part.HEADLINE: profile.headline,
        Part.RATE: profile.hourly_rate_yen,
        Part.PLACES: profile.wanted_places or profile.accepts_online,
        Part.CAREERS: careers,
        Part.HOURS: profile.weekly_hours,
    }
    missing = tuple(part for part in Part if not there[part])
    return Completeness(100 - sum(WEIGHTS.get(part, OTHERWISE) for part in missing), missing)
