"""What one types of a bank account, of a passbook of Japan Post Bank, and of how one's payments are taxed."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, ValidationError
from wtforms.validators import InputRequired

from blueprints.forms import CHOOSE, Form, LineField, Required
from marketplace.errors import Invalid
from marketplace.i18n import _, _l
from marketplace.payouts import holder, invoice_numbers, japan_post
from marketplace.payouts.models import (
    REASON_LENGTH,
    AccountKind,
    Entity,
    NameGround,
    PayeeDetails,
    TaxStatus,
    Withholding,
)
from marketplace.payouts.service import AccountChanges

MOST_TYPED = 200
MOST_DIGITS = 7
SAME = "same"


def _one_of(label: Any, kinds: Iterable[Any], needed: Any) -> RadioField:
    """One of an enumeration, each under its label in the reader's language."""
    return RadioField(
        label, [InputRequired(needed)], choices=lambda: [(one.value, one.label) for one in kinds], **CHOOSE
    )


def _current_password() -> PasswordField:
    return PasswordField(_l("現在のパスワード"), [Required(_l("現在のパスワードを入力してください。"))])


class NumberField(LineField):
    """An account number, in any width, with or without the zeros in front."""

    @staticmethod
    def clean(text: str, at_most: int) -> str:
        """Return seven digits; raises Invalid."""
        digits = japan_post.digits_of(text)
        if not digits:
            return ""
        if len(digits) > MOST_DIGITS or not digits.isascii() or not digits.isdigit():
            raise Invalid(_("口座番号は7けたまでの数字で入力してください。例)1234567"))
        return digits.zfill(MOST_DIGITS)


class HolderField(LineField):
    """Who holds an account, in the kana of the passbook."""

    @staticmethod
    def clean(text: str, at_most: int) -> str:
        """Return what is sent to the bank; raises Invalid."""
        line = str(LineField.clean(text, at_most))
        return holder.canonical(line) if line else ""


class InvoiceNumberField(LineField):
    """登録番号, with or without its T."""

    @staticmethod
    def clean(text: str, at_most: int) -> str:
        """Return T and thirteen digits; raises Invalid."""
        line = str(LineField.clean(text, at_most))
        return invoice_numbers.canonical(line) if line else ""


class CurrentPasswordForm(Form):
    """The password, asked for once more."""

    password = _current_password()


class AccountForm(Form):
    """An account at a branch that was chosen before."""

    kind = _one_of(_l("預金種目"), AccountKind, _l("預金種目を選んでください。"))
    number = NumberField(_l("口座番号"), [Required(_l("口座番号を入力してください。例)1234567"))], at_most=MOST_TYPED)
    holder = HolderField(
        _l("口座名義(カナ)"), [Required(_l("口座名義を、通帳のカナのとおりに入力してください。"))], at_most=MOST_TYPED
    )
    seen = HiddenField(default="")
    """What the member was shown of the holder, as it is sent: what was changed in it is agreed to."""
    ground = RadioField(
        _l("本人確認の名前との違い"),
        choices=lambda: [(SAME, _("同じ名前です")), *((ground.value, ground.label) for ground in NameGround)],
        default=SAME,
        **CHOOSE,
    )
    reason = LineField(_l("違う理由"), at_most=REASON_LENGTH)
    password = _current_password()

    def validate_holder(self, field: HolderField) -> None:
        """Show once what is sent instead of what was typed: small kana and long vowels become others."""
        typed = str(field.raw_data[0]).strip() if field.raw_data else ""
        if not field.errors and field.data and field.data not in (typed, self.seen.data):
            raise ValidationError(
                _("銀行には「%(written)s」と送ります。通帳と同じことを確かめてください。", written=field.data)
            )

    def validate_reason(self, field: LineField) -> None:
        """Some words are needed where the list has none."""
        if self.ground.data == NameGround.OTHER and not field.data and not field.errors:
            raise ValidationError(_("名前が違う理由を入力してください。"))

    def changes(self, bank_code: str, branch_code: str) -> AccountChanges:
        """Return what the valid form says."""
        return AccountChanges(
            bank_code=bank_code,
            branch_code=branch_code,
            kind=AccountKind(self.kind.data),
            number=self.number.data,
            holder=self.holder.data,
            ground=None if self.ground.data == SAME else NameGround(self.ground.data),
            reason=self.reason.data or "",
        )


class PassbookForm(Form):
    """記号 and 番号, as they stand in the passbook."""

    symbol = LineField(_l("記号"), [Required(_l("記号を入力してください。例)10530"))], at_most=MOST_TYPED)
    passbook_number = LineField(_l("番号"), [Required(_l("番号を入力してください。例)12345671"))], at_most=MOST_TYPED)


class DetailsForm(Form):
    """How payments are taxed."""

    entity = _one_of(_l("個人・法人"), Entity, _l("個人か法人かを選んでください。"))
    tax_status = _one_of(_l("消費税"), TaxStatus, _l("課税事業者か免税事業者かを選んでください。"))
    invoice_number = InvoiceNumberField(_l("適格請求書発行事業者の登録番号"), at_most=MOST_TYPED)
    is_sure = BooleanField(_l("通知のとおりです"))
    withholding = _one_of(_l("源泉徴収のめやす"), Withholding, _l("源泉徴収のめやすを選んでください。"))

    def __init__(self, details: PayeeDetails | None, **kwargs: Any) -> None:
        """Begin with what was said before; with nothing chosen when nothing was."""
        said: dict[str, Any] = {"withholding": Withholding.UNSURE.value}
        if details is not None:
            said = {
                "entity": details.entity.value,
                "tax_status": details.tax_status.value,
                "invoice_number": details.invoice_number or "",
                "withholding": details.withholding.value,
            }
        super().__init__(data=said, **kwargs)
