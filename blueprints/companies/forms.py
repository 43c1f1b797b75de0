"""What one types to register a company, and to belong to one."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from blueprints.forms import Form, LineField, LinesField, Required
from marketplace.accounts import emails
from marketplace.accounts.models import EMAIL_LENGTH
from marketplace.companies import numbers, slugs
from marketplace.companies.models import (
    ADDRESS_LENGTH,
    COMMENT_LENGTH,
    DEPARTMENT_LENGTH,
    INTRODUCTION_LENGTH,
    NAME_LENGTH,
    READING_LENGTH,
    Company,
)
from marketplace.companies.service import CompanyChanges
from marketplace.errors import Invalid
from marketplace.i18n import _, _l
from marketplace.kana import is_katakana_name, to_katakana
from marketplace.phones import normalize_phone, written
from marketplace.pictures import ACCEPT, Squares

MOST_TYPED = 100


def _reading(line: str) -> str:
    katakana = to_katakana(line)
    if not is_katakana_name(katakana):
        raise Invalid(_("フリガナはカタカナで入力してください。例)ムスビショウテン"))
    return katakana


class SlugField(LineField):
    """The end of an address of ours, typed in any width and case."""

    @staticmethod
    def clean(text: str, at_most: int) -> str:
        """Return the address; raises Invalid."""
        line = str(LineField.clean(text, at_most))
        return slugs.canonical(line) if line else ""


class ReadingField(LineField):
    """How a name is read, typed in any kana."""

    @staticmethod
    def clean(text: str, at_most: int) -> str:
        """Return it in katakana; raises Invalid."""
        line = str(LineField.clean(text, at_most))
        return _reading(line) if line else ""


class PhoneField(LineField):
    """A telephone number in any spelling."""

    @staticmethod
    def clean(text: str, at_most: int) -> str:
        """Return the number as E.164; raises Invalid."""
        line = str(LineField.clean(text, at_most))
        return normalize_phone(line) if line else ""

    def _value(self) -> str:
        return written(self.data) if self.data and self.data.startswith("+") and not self.errors else self.data or ""


class EmailField(LineField):
    """One mail address."""

    @staticmethod
    def clean(text: str, at_most: int) -> str:
        """Return the one form of the address; raises Invalid."""
        line = str(LineField.clean(text, at_most))
        return emails.canonical(line) if line else ""


class NumberField(LineField):
    """法人番号, with or without what people write between its digits."""

    @staticmethod
    def clean(text: str, at_most: int) -> str:
        """Return the thirteen digits; raises Invalid."""
        line = str(LineField.clean(text, at_most))
        return numbers.canonical(line) if line else ""


class CompanyForm(Form):
    """What a company says of itself (S2-70…75), and in which department whoever registers it is."""

    picture = FileField(_l("会社ロゴ"), render_kw={"accept": ACCEPT})
    slug = SlugField(_l("URL(英数字のみ)"), [Required(_l("URLを入力してください。例)musubi7"))], at_most=MOST_TYPED)
    name = LineField(_l("会社名"), [Required(_l("会社名を入力してください。"))], at_most=NAME_LENGTH)
    reading = ReadingField(_l("会社名(フリガナ)"), at_most=READING_LENGTH)
    introduction = LinesField(_l("会社概要など紹介文"), at_most=INTRODUCTION_LENGTH)
    address = LineField(_l("会社住所"), at_most=ADDRESS_LENGTH)
    phone = PhoneField(_l("連絡先"), at_most=MOST_TYPED)
    email = EmailField(_l("メールアドレス"), at_most=EMAIL_LENGTH)
    corporate_number = NumberField(_l("法人番号"), at_most=MOST_TYPED)
    department = LineField(_l("あなたの部署"), at_most=DEPARTMENT_LENGTH)

    def changes(self, picture: Squares | None) -> CompanyChanges:
        """Return what the valid form says."""
        return CompanyChanges(
            name=self.name.data,
            reading=self.reading.data or "",
            introduction=self.introduction.data or "",
            address=self.address.data or "",
            phone=self.phone.data or "",
            email=self.email.data or "",
            corporate_number=self.corporate_number.data or None,
            picture=picture,
        )

    @property
    def lost_a_picture(self) -> bool:
        """Whether a logo was chosen, which no browser puts back into a form."""
        return bool(self.is_submitted() and self.picture.data)


class CompanyEditForm(CompanyForm):
    """What may be changed later: everything but the address (S2-71)."""

    slug = None  # type: ignore[assignment]
    department = None  # type: ignore[assignment]
    version = IntegerField(validators=[InputRequired()], widget=HiddenInput())
    removes_picture = BooleanField(_l("画像を外す"))

    def changes(self, picture: Squares | None) -> CompanyChanges:
        """Return what the valid form says."""
        typed = vars(super().changes(picture))
        return CompanyChanges(**(typed | {"removes_picture": self.removes_picture.data}))

    def follow(self, company: Company) -> None:
        """Let the form, sent once more, replace the version that is there now; the refusal concerns no single field."""
        self.version.raw_data, self.version.data = None, company.version
        self.form_errors = [*self.form_errors, *self.name.errors]
        self.name.errors = []


def data_of(changes: CompanyChanges, version: int) -> dict[str, Any]:
    """Return what the fields of the form hold when the company is as in `changes`."""
    return vars(changes) | {"version": version, "picture": None}


class DepartmentForm(Form):
    """The name of a department."""

    department = LineField(_l("部署"), at_most=DEPARTMENT_LENGTH)


class RequestForm(DepartmentForm):
    """A few words to those who will answer."""

    comment = LinesField(_l("コメント"), at_most=COMMENT_LENGTH)


class ProofForm(DepartmentForm):
    """The address at the company to which the link goes."""

    email = EmailField(
        _l("会社のメールアドレス"),
        [Required(_l("会社のメールアドレスを入力してください。例)hanako@company.example"))],
        at_most=EMAIL_LENGTH,
    )


class HandOverForm(Form):
    """Whether the one who hands over stays an owner."""

    manner = RadioField(
        _l("引き継ぎかた"),
        [InputRequired(_l("引き継ぎかたを選んでください。"))],
        choices=[
            SelectChoice(value="instead", label=_l("引き継いで、自分はメンバーになる")),
            SelectChoice(value="beside", label=_l("自分も残り、二人ともオーナーになる")),
        ],
    )
