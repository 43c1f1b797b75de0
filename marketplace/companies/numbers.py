"""法人番号: the thirteen digits by which the tax office knows a company."""

import unicodedata

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.jp import cn

from marketplace.errors import Invalid
from marketplace.i18n import _

_MOST_TYPED = 40


def canonical(text: str) -> str:
    """Return the digits of a number typed in any width, with or without hyphens or the T of an invoice; raises Invalid.

    The check digit is that of the tax office (japan.md 4): it finds slips, not lies.
    """
    typed = unicodedata.normalize("NFKC", text[:_MOST_TYPED]).strip().removeprefix("T").removeprefix("t")
    digits = "".join(character for character in typed if not character.isspace() and character not in "-‐–—−ー")
    try:
        return str(cn.validate(digits))
    except InvalidChecksum:
        raise Invalid(_("法人番号の13けたを、もう一度確かめてください。どこか1けたが違うようです。")) from None
    except ValidationError:
        raise Invalid(
            _("法人番号は13けたの数字で入力してください。いまは%(count)s文字です。", count=len(digits))
        ) from None


def find(text: str) -> str | None:
    """Return the digits of a number, or None when `text` is none."""
    try:
        return canonical(text)
    except Invalid:
        return None


def written(number: str) -> str:
    """Return a stored number in the groups in which the register prints it."""
    return f"{number[0]}-{number[1:5]}-{number[5:9]}-{number[9:]}"
