"""The one form of the profile: S2-30…48 with their labels, read and written as people do."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, cast
from urllib.parse import urlsplit

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    Field,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    SubmitField,
    ValidationError,
)
from wtforms import Form as Row
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from blueprints.forms import CHOOSE, Form, LineField, LinesField, Required, VersionField
from blueprints.personal import BirthDateField, KanaField
from blueprints.typed import Rewritten, RowsField, YenField
from marketplace.addresses import (
    PREFECTURES,
    Place,
    find_municipality,
    normalize_postal_code,
    places_at,
)
from marketplace.errors import Invalid, NotFound
from marketplace.i18n import _, _l
from marketplace.phones import normalize_phone, written
from marketplace.pictures import ACCEPT, Squares
from marketplace.profiles.models import (
    CITY_LENGTH,
    HEADLINE_LENGTH,
    HIGHEST_RATE_YEN,
    INTRODUCTION_LENGTH,
    LINK_LENGTH,
    MOST_LINKS,
    MOST_SCHOOLS,
    MOST_WANTED_PLACES,
    NAME_LENGTH,
    STREET_LENGTH,
    Gender,
    School,
    SchoolKind,
    Status,
    WeeklyHours,
)
from marketplace.profiles.service import ProfileChanges


class PostalCodeField(Rewritten):
    """Seven digits, typed in any width, with or without a hyphen."""

    def read(self, typed: str) -> str:
        """Return the digits."""
        return normalize_postal_code(typed)

    def shown(self, kept: str) -> str:
        """Return 604-8301."""
        return f"{kept[:3]}-{kept[3:]}"


class PhoneField(Rewritten):
    """A telephone number, kept as E.164."""

    def read(self, typed: str) -> str:
        """Return E.164."""
        return normalize_phone(typed)

    def shown(self, kept: str) -> str:
        """Return it with hyphens."""
        return written(kept)


class LinkField(LineField):
    """An address elsewhere that a browser may open: https, a real host, nothing to sign in with."""

    @staticmethod
    def clean(text: str, at_most: int) -> str:
        """Return the address; raises Invalid. It is never fetched."""
        link = str(LineField.clean(text, at_most))
        if link and not _is_safe_link(link):
            raise Invalid(_("https:// で始まるURLを入力してください。例)https://example.com/me"))
        return link


class SchoolForm(Row):
    """One row of 出身大学・大学院・高校; a row without a name is no school."""

    kind = SelectField(
        _l("種類"),
        coerce=lambda value: SchoolKind(value) if value else None,
        choices=lambda: _choices(SchoolKind),
        default=SchoolKind.UNIVERSITY,
        **CHOOSE,
    )
    name = LineField(_l("学校名"), at_most=NAME_LENGTH)


def _choices(kind: Any) -> list[SelectChoice]:
    return [SelectChoice(value=each.value, label=each.label) for each in kind]


def _prefectures() -> list[SelectChoice]:
    return [SelectChoice(value=each.code, label=each.label) for each in PREFECTURES]


def _one_prefecture() -> list[SelectChoice]:
    return [SelectChoice(value="", label=_("選択してください")), *_prefectures()]


def _radio(label: Any, kind: type[StrEnum], name: str | None = None) -> RadioField:
    return RadioField(
        label,
        [Optional()],
        name=name,
        coerce=lambda value: kind(value) if value else None,
        # A radio button once pressed cannot be let go of by itself.
        choices=lambda: [*_choices(kind), SelectChoice(value="", label=_("選択しない"))],
        **CHOOSE,
    )


class ProfileForm(Form):
    """Everything that a member says of themselves."""

    version = VersionField()
    fill = SubmitField(_l("住所を入れる"))

    picture = FileField(_l("プロフィール画像"), render_kw={"accept": ACCEPT})
    removes_picture = BooleanField(_l("画像を外す"))
    nickname = LineField(_l("ニックネーム"), [Required(_l("ニックネームを入力してください。"))], at_most=30)
    headline = LineField(_l("ひとこと紹介"), at_most=HEADLINE_LENGTH)
    introduction = LinesField(_l("自己紹介文"), at_most=INTRODUCTION_LENGTH)

    name = LineField(_l("名前"), at_most=NAME_LENGTH)
    name_kana = KanaField(_l("名前(フリガナ)"), at_most=NAME_LENGTH)
    gender = _radio(_l("性別"), Gender)
    birth_date = BirthDateField(_l("生年月日"), [Optional()])
    postal_code = PostalCodeField(_l("郵便番号"))
    prefecture = SelectField(_l("都道府県"), coerce=lambda value: value or None, choices=_one_prefecture, **CHOOSE)
    city = LineField(_l("市区町村"), at_most=CITY_LENGTH)
    street = LineField(_l("番地・建物"), at_most=STREET_LENGTH)
    phone = PhoneField(_l("電話番号"))

    # A form's own `status` is the HTTP status of its page.
    availability = _radio(_l("ステータス"), Status, name="status")
    weekly_hours = _radio(_l("稼働可能時間/週"), WeeklyHours)
    hourly_rate_yen = YenField(_l("時給単価"), at_most_yen=HIGHEST_RATE_YEN)
    shows_age_band = BooleanField(_l("年齢層を公開する"))
    wanted_prefectures = SelectMultipleField(_l("お手伝い・お仕事をしたい都道府県"), choices=_prefectures, **CHOOSE)
    wanted_cities = SelectMultipleField(_l("お手伝い・お仕事をしたい市区町村"), validate_choice=False)
    accepts_online = BooleanField(_l("オンラインの仕事も受ける"))

    hometown = SelectField(_l("出身地"), coerce=lambda value: value or None, choices=_one_prefecture, **CHOOSE)
    schools = RowsField(
        FormField(SchoolForm),
        _l("出身大学・大学院・高校"),
        most=MOST_SCHOOLS,
        too_many=_l("学校は%(most)s校まで登録できます。この行を空けるか、ほかの学校を消してください。"),
    )
    links = RowsField(
        LinkField(at_most=LINK_LENGTH),
        _l("サイトやSNSのURL"),
        most=MOST_LINKS,
        too_many=_l("URLは%(most)s個まで登録できます。この行を空けるか、ほかのURLを消してください。"),
    )
    is_published = BooleanField(_l("ワーカーとして公開する"))

    @property
    def asks_for_more(self) -> bool:
        """Whether a button was pressed that only shows the form again with more in it."""
        return bool(self.is_submitted() and self.fill.data)

    @property
    def lost_a_picture(self) -> bool:
        """Whether a picture was chosen, which no browser puts back into a form."""
        return bool(self.is_submitted() and self.picture.data)

    def validate_version(self, field: VersionField) -> None:
        """Refuse a form that no page of ours showed."""
        if not field.raw_data or not field.number:
            raise ValidationError(_("画面を読み込みなおして、もう一度お試しください。"))

    def validate_wanted_cities(self, field: Field) -> None:
        """Refuse codes of no place, and more places than can be searched for."""
        if any(find_municipality(code) is None for code in field.data or ()):
            raise ValidationError(_("この市区町村は一覧にありません。もう一度選んでください。"))
        if len(self.wanted_places()) > MOST_WANTED_PLACES:
            raise ValidationError(
                _(
                    "場所は%(most)sか所まで選べます。広く働けるときは、都道府県だけを選んでください。",
                    most=MOST_WANTED_PLACES,
                )
            )

    def wanted_places(self) -> tuple[tuple[str, str], ...]:
        """Return the chosen cities, and the prefectures of which no city was chosen, in JIS order."""
        cities = sorted(set(self.wanted_cities.data or ()))
        places: list[tuple[str, str]] = []
        for prefecture in sorted(set(self.wanted_prefectures.data or ())):
            within = [(prefecture, city) for city in cities if city.startswith(prefecture)]
            places += within or [(prefecture, "")]
        return tuple(places)

    def fill_address(self) -> None:
        """Put prefecture, city and town of the postal code into their fields, or say why not."""
        with self.blame("postal_code"):
            place = address_at(self.postal_code.raw_data[0] if self.postal_code.raw_data else "")
            self.prefecture.data = place["prefecture"] or self.prefecture.data
            self.city.data = place["city"] or self.city.data
            self.street.data = self.street.data or place["town"]

    def add_rows(self) -> None:
        """Offer one empty row more for schools and links."""
        for rows in (self.schools, self.links):
            if len(rows.entries) < rows.most and (not rows.entries or rows.says(rows.entries[-1])):
                rows.append_entry()

    def changes(self, picture: Squares | None) -> ProfileChanges:
        """Return what the valid form says."""
        same = (
            "nickname", "headline", "introduction", "name", "name_kana", "gender", "birth_date", "postal_code",
            "prefecture", "city", "street", "phone", "weekly_hours", "hourly_rate_yen", "shows_age_band",
            "accepts_online", "hometown", "is_published", "removes_picture",
        )  # fmt: skip
        return ProfileChanges(
            status=self.availability.data,
            wanted_places=self.wanted_places(),
            schools=tuple(School(row["kind"], row["name"]) for row in self.schools.data if row["name"]),
            links=tuple(dict.fromkeys(link for link in self.links.data if link)),
            picture=picture,
            **{name: self[name].data for name in same},
        )


def data_of(changes: ProfileChanges, version: int) -> dict[str, Any]:
    """Return what the fields of the form hold when the profile is as in `changes`."""
    data = vars(changes) | {"version": version}
    data["availability"] = changes.status
    data["wanted_prefectures"] = sorted({prefecture for prefecture, _city in changes.wanted_places})
    data["wanted_cities"] = [city for _prefecture, city in changes.wanted_places if city]
    data["schools"] = [{"kind": school.kind, "name": school.name} for school in changes.schools]
    data["picture"] = None
    return data


def address_at(typed: str) -> dict[str, str]:
    """Return what all places of a postal code have in common; raises Invalid and NotFound.

    Some codes cover several towns or straddle a border: what differs is left empty, for the member to say.
    """
    places = places_at(normalize_postal_code(typed))
    if not places:
        raise NotFound(_("この郵便番号の住所が見つかりません。番号を確かめるか、住所を直接入力してください。"))
    return {
        "prefecture": _common(places, "prefecture_code"),
        "city": _common(places, "city"),
        "town": _common(places, "town"),
    }


def _common(places: Iterable[Place], name: str) -> str:
    values = {cast(str, getattr(place, name)) for place in places}
    return values.pop() if len(values) == 1 else ""


def _is_safe_link(link: str) -> bool:
    if any(character.isspace() or character in '\\<>"' for character in link):
        return False
    try:
        parts = urlsplit(link)
        return (
            parts.scheme == "https"
            and "@" not in parts.netloc
            and re.fullmatch(r"[^.:/\s]+(?:\.[^.:/\s]+)+", parts.hostname or "") is not None
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False
