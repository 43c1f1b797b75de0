"""What templates may call: who is looking, icons, pictures, dates and amounts in words."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_name
from flask import Flask, current_app, g, url_for
from flask_babel import format_decimal, get_timezone
from jinja2 import StrictUndefined
from markupsafe import Markup

from blueprints import access, carrying, texts
from blueprints.headers import csp_nonce
from blueprints.verdicts import REASON_WORDS
from marketplace import clock, demo
from marketplace.accounts.models import Member
from marketplace.badges import queries as badges
from marketplace.i18n import SOURCE_LANGUAGE, _, current_language
from marketplace.notifications import queries as notifications
from marketplace.notifications.queries import Waiting
from marketplace.pledges import queries as pledges
from marketplace.pledges import wording
from search_index import Segment

_JAPANESE = re.compile("[\u3005\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f]")
_IN_JAPANESE, _SAME_LANGUAGE = Markup(' lang="ja"'), Markup()
SPRITE = resources.files("flask_bootstrap") / "static/bootstrap5/icons/bootstrap-icons.svg"


def init_app(app: Flask) -> None:
    """Give the templates of `app` their functions and filters."""
    environment: Any = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.do")
    texts.init(environment)
    environment.globals.update(
        current_member=access.current_member,
        current_language=current_language,
        bell_count=bell_count,
        csp_nonce=csp_nonce,
        demo_number=demo_number,
        demo_sign_ins=demo_sign_ins,
        icon=icon,
        is_suspended=access.is_suspended,
        lang_of=lang_of,
        page_path=carrying.form_path,
        personal_badges=badges.personal,
        pledge_slug=wording.VERSIONS.get,
        pledged_until=pledges.last_day,
        picture_url=picture_url,
        reason_words=REASON_WORDS,
        unread_count=unread_count,
        now=clock.now,
        zone_name=zone_name,
    )
    environment.filters.update(
        ago=ago,
        clock=time_of_day,
        date=long_date,
        datetime=exact,
        full_date=full_date,
        days_since=days_since,
        days_until=days_until,
        moment=moment,
        month=month,
        time_tag=time_tag,
        yen=format_decimal,
    )


@lru_cache(maxsize=256)
def icon(name: str, size: int = 16) -> Markup:
    """Return the Bootstrap icon `name` as an inline picture that screen readers pass over."""
    found = re.search(
        rf'<symbol[^>]*viewBox="([^"]+)"[^>]*id="{re.escape(name)}"[^>]*>(.*?)</symbol>', _sprite(), re.DOTALL
    )
    if found is None:
        raise LookupError(f"no icon is called {name!r}")
    box, drawing = found.groups()
    return Markup(
        '<svg class="mu-icon" width="{size}" height="{size}" viewBox="{box}" fill="currentColor"'
        ' aria-hidden="true" focusable="false">{drawing}</svg>'
    ).format(size=size, box=box, drawing=Markup(drawing.strip()))  # noqa: S704 - from the icons' own package


@lru_cache(maxsize=1)
def _sprite() -> str:
    return SPRITE.read_text(encoding="utf-8")


def picture_url(member: Member, size: str) -> str | None:
    """Return where the picture of `member` is (small, medium or large); None when the reader may see none."""
    reader = access.viewer()
    if not member.picture_key or not (member.is_worker or (reader and reader.id == member.id)):
        return None
    return url_for("profiles.picture", username=member.username, size=size, v=member.picture_key[-8:])


def lang_of(written: str | Iterable[Segment] | None) -> Markup:
    """Return ` lang="ja"` for an element that holds what a member wrote in Japanese, on a page in another language.

    Han without kana counts as Japanese: most skills, names and headlines of this place are that (WCAG 3.1.2).
    """
    if not written or current_language() == SOURCE_LANGUAGE:
        return _SAME_LANGUAGE
    text = written if isinstance(written, str) else "".join(part for part, _is_hit in written)
    return _IN_JAPANESE if _JAPANESE.search(text) else _SAME_LANGUAGE


def demo_sign_ins() -> list[demo.SignIn]:
    """Return as whom anybody may sign in here: nobody unless this is a demo."""
    return demo.sign_ins() if current_app.extensions["settings"].demo else []


def demo_number() -> str:
    """Return what the app of the demo world's moderator shows now; nothing unless this is a demo."""
    return demo.number_of_moderator() if current_app.extensions["settings"].demo else ""


def unread_count() -> int:
    """Return how many messages wait for the member who is looking."""
    return _waiting().messages


def bell_count() -> int:
    """Return how many notifications are new to the member who is looking."""
    return _waiting().notifications


def _waiting() -> Waiting:
    """Asked once a request, for both counts."""
    if "waiting" not in g:
        viewer = access.viewer()
        g.waiting = notifications.waiting_for(viewer) if viewer else Waiting(messages=0, notifications=0)
    waiting: Waiting = g.waiting
    return waiting


def long_date(value: date | datetime) -> str:
    """Return the day in words; the year is left out when it is the present one."""
    day = _day(value)
    return _date_words(day, with_year=day.year != clock.today(_zone()).year)


def full_date(value: date | datetime) -> str:
    """Return the day in words, always with its year: what stands on paper is read in other years too."""
    return _date_words(_day(value), with_year=True)


def exact(value: datetime) -> str:
    """Return day and time where the reader is, with the zone's name unless that is Japan."""
    return f"{long_date(value)} {time_of_day(value)}" if _zone() == clock.TOKYO else moment(value)


def moment(value: datetime) -> str:
    """Return day and time where the reader is, always with the zone's name."""
    return _("%(moment)s(%(zone)s)", moment=f"{long_date(value)} {time_of_day(value)}", zone=zone_name())


def zone_name() -> str:
    """Return what the reader's zone is called: 「日本時間」."""
    return _zone_words(_zone().key, current_language())


def time_of_day(value: datetime) -> str:
    """Return hours and minutes of 24."""
    there = value.astimezone(_zone())
    return f"{there.hour}:{there.minute:02}"


def days_since(value: date | datetime) -> int:
    """Return how many calendar days ago it was; 0 today."""
    return max((clock.today(_zone()) - _day(value)).days, 0)


def days_until(value: datetime) -> int:
    """Return in how many calendar days it will be; 0 today."""
    return max((clock.local_day(value, _zone()) - clock.today(_zone())).days, 0)


def month(value: date) -> str:
    """Return year and month."""
    return _in_words(value, *_pattern("y年M月", "MMM y"))


def ago(value: date | datetime) -> str:
    """Return how long ago in days up to a week, then the day."""
    days = days_since(value)
    if days == 0:
        return _("今日")
    if days == 1:
        return _("きのう")
    return _("%(days)d日前", days=days) if days <= 7 else long_date(value)


def time_tag(value: datetime, words: str | None = None) -> Markup:
    """Return a time element that begins with a capital, shows `words` (or how long ago), and holds the exact moment."""
    shown = ago(value) if words is None else words
    whole = f"{_in_words(_day(value), *_pattern('y年M月d日', 'MMM d, y'))} {time_of_day(value)}"
    title = _("%(moment)s(%(zone)s)", moment=whole, zone=zone_name())
    return Markup('<time datetime="%s" title="%s">%s</time>') % (
        value.isoformat(timespec="seconds"),
        title,
        shown[:1].upper() + shown[1:],
    )


def _zone() -> ZoneInfo:
    """Where the reader is: the same for days as for hours."""
    return ZoneInfo(str(get_timezone()))


def _day(value: date | datetime) -> date:
    return clock.local_day(value, _zone()) if isinstance(value, datetime) else value


def _date_words(day: date, *, with_year: bool) -> str:
    if with_year:
        return _in_words(day, *_pattern("y年M月d日(E)", "EEE, MMM d, y"))
    return _in_words(day, *_pattern("M月d日(E)", "EEE, MMM d"))


def _pattern(japanese: str, english: str) -> tuple[str, str]:
    """Return how the reader's language writes a day, and that language."""
    language = current_language()
    return (japanese if language == "ja" else english), language


@lru_cache(maxsize=4096)
def _in_words(day: date, pattern: str, language: str) -> str:
    """Put a day into words: they depend on nothing else, so that what is remembered is true on any other day."""
    return str(format_date(day, pattern, locale=language))


@lru_cache(maxsize=256)
def _zone_words(key: str, language: str) -> str:
    return str(get_timezone_name(ZoneInfo(key), locale=language))
