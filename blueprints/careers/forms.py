"""Forms of the four lists: skills, qualifications, careers, hobbies."""

from collections.abc import Mapping
from typing import Any, Self

from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.widgets import CheckboxInput

from blueprints.careers.fields import MonthField, not_in_future, web_address
from blueprints.careers.suggestions import COMMON_HOBBIES
from blueprints.forms import Form, LineField, LinesField, Required, VersionField
from blueprints.typed import NumberField, one_of
from marketplace.attachments import ACCEPT, Attachment, examine
from marketplace.careers import sensitive
from marketplace.careers.models import (
    SKILL_NAME_LENGTH,
    Career,
    CareerCategory,
    Entry,
    HobbyCategory,
    HobbyFrequency,
    HobbyVisibility,
    QualificationCategory,
    SkillLevel,
)
from marketplace.clock import today
from marketplace.i18n import _, _l


class EntryForm(Form):
    """An entry of one of the lists: what is typed becomes the columns that a verb takes."""

    version = VersionField()

    blamed = "name"
    """The field beside which a refusal of the verb stands."""

    @classmethod
    def of(cls, entry: Entry, **kwargs: Any) -> Self:
        """Return the form filled from `entry`, or with what was sent."""
        return cls(obj=entry, **kwargs)

    def follow(self, entry: Entry) -> None:
        """Let the form, sent once more, replace the version that is there now; the refusal concerns no single field."""
        self.version.renew(entry.version)
        self.form_errors = [*self.form_errors, *self[self.blamed].errors]
        self[self.blamed].errors = []

    def columns(self) -> dict[str, Any]:
        """Return what was typed, by the names of the verb's parameters."""
        left_out = {"csrf_token", "version"}
        return {name: value for name, value in self.data.items() if name not in left_out}


class SkillForm(EntryForm):
    """スキル (S2-51…54)."""

    name = LineField(_l("スキル名"), [Required(_l("スキル名を入力してください。例)Excel"))], at_most=SKILL_NAME_LENGTH)
    level = RadioField(_l("レベル"), [Required(_l("レベルを選んでください。"))], **one_of(SkillLevel))
    started_on = MonthField(
        _l("経験年数(使いはじめた年月)"),
        [Required(_l("使いはじめた年月を入力してください。例)2015-04")), not_in_future],
    )
    notes = LinesField(_l("備考"), at_most=300, default="")

    @classmethod
    def of(cls, entry: Entry, **kwargs: Any) -> Self:
        """Return the form filled from `entry`, or with what was sent."""
        return super().of(entry, name=entry.title, **kwargs)


class QualificationForm(EntryForm):
    """資格 (Q-01…07, Q-10)."""

    category = SelectField(
        _l("カテゴリー"),
        [Required(_l("カテゴリーを選んでください。"))],
        **one_of(QualificationCategory, _l("選んでください")),
    )
    name = LineField(_l("資格名"), [Required(_l("資格名を入力してください。例)日商簿記検定"))], at_most=80)
    common_name = LineField(_l("通称"), at_most=40, default="")
    grade = LineField(_l("級・スコア"), at_most=40, default="")
    issuer = LineField(_l("発行団体"), at_most=80, default="")
    acquired_on = MonthField(_l("取得年月"), [not_in_future])
    expires_on = MonthField(_l("有効期限"))
    registration_number = LineField(_l("登録番号"), at_most=60, default="")
    notes = LinesField(_l("備考"), at_most=300, default="")

    def validate_expires_on(self, field: MonthField) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.acquired_on.data and field.data < self.acquired_on.data:
            raise ValidationError(_("取得年月と同じか、それより後の年月を入力してください。"))


class CareerForm(EntryForm):
    """経歴 (S2-56…64)."""

    blamed = "company"

    category = SelectField(
        _l("カテゴリー"), [Required(_l("カテゴリーを選んでください。"))], **one_of(CareerCategory, _l("選んでください"))
    )
    started_on = MonthField(
        _l("はじめた年月"), [Required(_l("はじめた年月を入力してください。例)2015-04")), not_in_future]
    )
    ended_on = MonthField(_l("終えた年月"), [not_in_future])
    is_current = BooleanField(_l("現在"))
    company = LineField(_l("会社名"), [Required(_l("会社名を入力してください。"))], at_most=80)
    duties = LinesField(_l("業務内容"), at_most=2000, default="")
    url = LineField(_l("会社URL"), [web_address], at_most=300, default="")
    role = LineField(_l("役職・役割"), at_most=80, default="")
    environment = LinesField(_l("環境(開発言語など)"), at_most=300, default="")
    team_size = NumberField(_l("チーム人数"), at_least=1, at_most=100_000)
    files = MultipleFileField(_l("添付ファイル"), render_kw={"accept": ACCEPT})
    shows_files = BooleanField(_l("いま選んだファイルを公開する"))

    examined: tuple[Attachment, ...] | list[Attachment] = ()

    def validate_ended_on(self, field: MonthField) -> None:
        """Ask for the one of the two that holds, and in the order of the calendar."""
        if self.is_current.data and field.data:
            raise ValidationError(_("「現在」を選んだときは、終えた年月を空けてください。"))
        if not (self.is_current.data or field.data or field.errors):
            raise ValidationError(_("終えた年月を入力するか、「現在」を選んでください。"))
        if field.data and self.started_on.data and field.data < self.started_on.data:
            raise ValidationError(_("はじめた年月と同じか、それより後の年月を入力してください。"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; a browser cannot send chosen files a second time by itself, so say that."""
        if super().validate(extra_validators):
            return True
        if self.files.data and not self.files.errors:
            self.files.errors = [_("ほかの項目を直してから、ファイルをもう一度選んでください。")]
        return False

    def examine(self) -> None:
        """Check the chosen files and make them fit to keep, which takes up to seconds; raises what `examine` raises."""
        chosen: list[FileStorage] = self.files.data or []
        self.examined = [examine(file.filename or "", file.stream.read()) for file in chosen]

    def columns(self) -> dict[str, Any]:
        """Return what was typed, by the names of the verb's parameters; files are those that were examined."""
        columns = super().columns()
        del columns["is_current"]
        return {**columns, "files": self.examined}

    @classmethod
    def of(cls, entry: Entry, **kwargs: Any) -> Self:
        """Return the form filled from `entry`, or with what was sent."""
        return super().of(entry, is_current=isinstance(entry, Career) and entry.ended_on is None, **kwargs)


class HobbyForm(EntryForm):
    """趣味 (H-01…07)."""

    suggestions = COMMON_HOBBIES

    name = LineField(_l("趣味名"), [Required(_l("趣味名を入力してください。例)登山"))], at_most=40)
    category = SelectField(
        _l("カテゴリー"), [Required(_l("カテゴリーを選んでください。"))], **one_of(HobbyCategory, _l("選んでください"))
    )
    years = NumberField(_l("歴(年)"), at_least=0, at_most=100)
    frequency = RadioField(_l("頻度"), **one_of(HobbyFrequency, _l("決めていない")))
    keywords = LineField(_l("キーワード"), at_most=200, default="")
    description = LinesField(_l("説明"), at_most=500, default="")
    visibility = RadioField(
        _l("公開範囲"),
        [Required(_l("公開範囲を選んでください。"))],
        default=HobbyVisibility.PUBLIC,
        **one_of(HobbyVisibility),
    )
    allows_surveys = BooleanField(_l("インタビュー・調査の募集に使ってよい"))
    publishes_anyway = BooleanField(_l("このまま公開する"))

    sensitive_words: tuple[str, ...] = ()
    """What was found in a text about to be published, and is worth a second thought (H-07)."""

    def validate_publishes_anyway(self, field: BooleanField) -> None:
        """Let the form come back once when it would publish what the law protects most."""
        if self.visibility.data is not HobbyVisibility.PUBLIC:
            return
        texts = [self[name].data or "" for name in ("name", "keywords", "description")]
        self.sensitive_words = tuple(sensitive.words_in(*texts))
        if self.sensitive_words and not field.data:
            raise ValidationError(_("このまま公開するか、公開範囲を変えるかを選んでください。"))

    def columns(self) -> dict[str, Any]:
        """Return what was typed, by the names of the verb's parameters; years become the year of beginning."""
        columns = super().columns()
        del columns["publishes_anyway"]
        years = columns.pop("years")
        return {**columns, "since_year": None if years is None else today().year - years}


class MoveForm(Form):
    """One of the arrows beside an entry."""

    direction = StringField()

    def validate_direction(self, field: StringField) -> None:
        """Take the two words that the arrows send."""
        if field.data not in {"up", "down"}:
            raise ValidationError(_("画面を読み込みなおして、もう一度お試しください。"))


class ArrangementForm(Form):
    """The ids of a list in the order into which its rows were dragged."""

    ids = SelectMultipleField(coerce=int, validate_choice=False, option_widget=CheckboxInput())


FORMS: Mapping[str, type[EntryForm]] = {
    "skills": SkillForm,
    "qualifications": QualificationForm,
    "careers": CareerForm,
    "hobbies": HobbyForm,
}
