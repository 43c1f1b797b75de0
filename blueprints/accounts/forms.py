"""What is typed at registering, signing in, and changing address or password."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField, ValidationError
from wtforms.widgets import EmailInput

from blueprints.accounts import zones
from blueprints.forms import CHOOSE, Form, LineField, Required
from marketplace.accounts import emails, passwords, usernames
from marketplace.accounts.models import EMAIL_LENGTH, FriendsAudience, Writers
from marketplace.errors import Invalid
from marketplace.i18n import _, _l

CODE_LENGTH = 40
"""A recovery code, however it is grouped."""
PASSWORD_NEEDED = _l("パスワードを入力してください。")
EMAIL_NEEDED = _l("メールアドレスを入力してください。例)hanako@example.com")


def _one_of(kind: type[StrEnum]) -> Callable[[Any], StrEnum | None]:
    """Return what turns a sent value into a member of `kind`."""
    return lambda value: kind(value) if value else None


class OneLineField(LineField):
    """A line that may come only once: of two values one could be checked and the other be used."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was typed."""
        super().process_formdata(valuelist)
        if len(valuelist) > 1:
            raise ValueError(_("1つだけ入力してください。"))


class UsernameField(OneLineField):
    """A username, in the form in which it is stored."""

    @staticmethod
    def clean(text: str, at_most: int) -> str:
        """Return the username; nothing stays nothing."""
        return usernames.canonical(text) if text.strip() else ""


class EmailField(OneLineField):
    """A mail address, in the form in which it is stored."""

    widget = EmailInput()

    @staticmethod
    def clean(text: str, at_most: int) -> str:
        """Return the address; nothing stays nothing."""
        return emails.canonical(text) if text.strip() else ""


class AnyAddressField(OneLineField):
    """An address as it is stored, or whatever else was typed: it will be refused like a wrong one."""

    widget = EmailInput()

    @staticmethod
    def clean(text: str, at_most: int) -> str:
        """Return the address, or what was typed."""
        try:
            return emails.canonical(text)
        except Invalid:
            return text.strip()[:at_most]


def require_good_password(field: PasswordField, *names: str | None) -> None:
    """Let `field` say what is wrong with a new password; of one that is missing it said so already."""
    if not field.data:
        return
    try:
        passwords.require_good(field.data, *(name for name in names if name))
    except Invalid as error:
        raise ValidationError(error.sentence) from error


class RegisterForm(Form):
    """会員登録."""

    username = UsernameField(
        _l("ユーザー名"), [Required(_l("ユーザー名を入力してください。例)hanako-sato"))], at_most=usernames.LONGEST
    )
    email = EmailField(_l("メールアドレス"), [Required(EMAIL_NEEDED)], at_most=EMAIL_LENGTH)
    password = PasswordField(_l("パスワード"), [Required(PASSWORD_NEEDED)])

    def validate_password(self, field: PasswordField) -> None:
        """Look at the password beside the name and the address."""
        require_good_password(field, self.username.data, self.email.data)


class EmailForm(Form):
    """One address, to which something is sent."""

    email = EmailField(_l("メールアドレス"), [Required(EMAIL_NEEDED)], at_most=EMAIL_LENGTH)


class LoginForm(Form):
    """ログイン, with where to go on and what was typed when the last session ended."""

    email = AnyAddressField(_l("メールアドレス"), [Required(EMAIL_NEEDED)], at_most=EMAIL_LENGTH)
    password = PasswordField(_l("パスワード"), [Required(PASSWORD_NEEDED)])
    next = HiddenField()
    carried = HiddenField()


class ProofForm(Form):
    """A number of the app or a recovery code, and where to go on."""

    number = OneLineField(_l("6けたの番号"), at_most=CODE_LENGTH)
    recovery_code = OneLineField(_l("復旧コード"), at_most=CODE_LENGTH)
    next = HiddenField()

    @property
    def answered(self) -> OneLineField:
        """The field that was filled in: whoever has a number keeps the recovery code."""
        return self.recovery_code if self.recovery_code.data and not self.number.data else self.number

    def validate_number(self, field: OneLineField) -> None:
        """One of both is needed."""
        if not self.answered.data:
            raise ValidationError(_("アプリに表示されている6けたの番号を入力してください。"))


class SecondStepForm(ProofForm):
    """The second step of the sign-in, with the proof of the first one and what that one carries."""

    passed = HiddenField()
    carried = HiddenField()


class NewPasswordForm(Form):
    """A new password, by the link of a mail."""

    password = PasswordField(_l("新しいパスワード"), [Required(PASSWORD_NEEDED)])


class ButtonForm(Form):
    """A page with one button."""


class EmailChangeForm(Form):
    """A new address."""

    email = EmailField(_l("新しいメールアドレス"), [Required(EMAIL_NEEDED)], at_most=EMAIL_LENGTH)
    password = PasswordField(_l("現在のパスワード"), [Required(_l("現在のパスワードを入力してください。"))])


class CurrentPasswordForm(Form):
    """The current password, before a second factor is set up."""

    password = PasswordField(_l("現在のパスワード"), [Required(_l("現在のパスワードを入力してください。"))])


class NumberForm(Form):
    """The first number of a new app."""

    number = OneLineField(
        _l("6けたの番号"), [Required(_l("アプリに表示されている6けたの番号を入力してください。"))], at_most=CODE_LENGTH
    )


class PasswordAndCodeForm(Form):
    """What is asked for before a second factor changes."""

    password = PasswordField(_l("現在のパスワード"), [Required(_l("現在のパスワードを入力してください。"))])
    code = OneLineField(
        _l("6けたの番号、または復旧コード"),
        [Required(_l("アプリに表示されている6けたの番号を入力してください。"))],
        at_most=CODE_LENGTH,
    )


class DisplayForm(Form):
    """表示: language and time zone."""

    language = SelectField(_l("言語"), choices=[("ja", "日本語"), ("en", "English")], **CHOOSE)
    time_zone = SelectField(_l("時間帯"), choices=zones.choices, **CHOOSE)


class PrivacyForm(Form):
    """公開範囲とメッセージ."""

    friends_audience = RadioField(
        _l("友達の一覧を見られる人"),
        [Required(_l("友達の一覧を見られる人を選んでください。"))],
        choices=[
            (FriendsAudience.MEMBERS, _l("会員全員")),
            (FriendsAudience.FRIENDS, _l("友達")),
            (FriendsAudience.NOBODY, _l("公開しない")),
        ],
        coerce=_one_of(FriendsAudience),
        **CHOOSE,
        validate_choice=False,
    )
    is_intermediary = BooleanField(_l("ほかの人どうしのつながりに、あなたの名前を出してよい"))
    writers = RadioField(
        _l("あなたに直接書ける人"),
        [Required(_l("あなたに直接書ける人を選んでください。"))],
        choices=[
            (Writers.EVERYONE, _l("全員")),
            (Writers.VERIFIED, _l("本人確認済みの会員")),
            (Writers.FRIENDS_OF_FRIENDS, _l("友達の友達まで")),
            (Writers.FRIENDS, _l("友達のみ")),
        ],
        coerce=_one_of(Writers),
        **CHOOSE,
        validate_choice=False,
    )
    shows_read_marks = BooleanField(_l("既読を見せる"))


class PasswordForm(Form):
    """A new password, typed twice."""

    current_password = PasswordField(_l("現在のパスワード"), [Required(_l("現在のパスワードを入力してください。"))])
    new_password = PasswordField(_l("新しいパスワード"), [Required(_l("新しいパスワードを入力してください。"))])
    repeated_password = PasswordField(
        _l("新しいパスワード(確認)"), [Required(_l("新しいパスワードを、もう一度入力してください。"))]
    )

    def __init__(self, *names: str, **kwargs: Any) -> None:
        """`names` are the username and the address, which the new password may not give away."""
        super().__init__(**kwargs)
        self._names = names

    def validate_new_password(self, field: PasswordField) -> None:
        """Look at the password beside the name and the address."""
        require_good_password(field, *self._names)

    def validate_repeated_password(self, field: PasswordField) -> None:
        """Both must be the same, however they were typed."""
        if field.data and field.data != self.new_password.data:
            raise ValidationError(_("新しいパスワードと同じものを、もう一度入力してください。"))
