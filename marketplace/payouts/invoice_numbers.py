"""適格請求書発行事業者の登録番号: T and thirteen digits, those of the 法人番号 for corporations."""

import unicodedata

from stdnum.jp import cn

from marketplace.errors import Invalid
from marketplace.i18n import _
from marketplace.payouts.models import Entity

_MOST_TYPED = 40


class Doubtful(Invalid):
    """The check digit is not that of a corporate number, which it need not be for a person."""


def canonical(text: str) -> str:
    """Return T and the thirteen digits of a number typed in any width; raises Invalid."""
    typed = unicodedata.normalize("NFKC", text[:_MOST_TYPED]).upper().replace("T", "")
    digits = "".join(each for each in typed if not each.isspace() and each not in "-‐–—−ー")
    if len(digits) != 13 or not digits.isascii() or not digits.isdigit():
        raise Invalid(_("登録番号は、Tと13けたの数字で入力してください。例)T7000012050002"))
    return f"T{digits}"


def require_check(number: str, entity: Entity, is_sure: bool = False) -> None:
    """Raise Invalid for a corporation's number whose check digit is wrong, Doubtful for a person's who is not sure.

    That the numbers of persons have the same check digit is not published: theirs is asked about, not refused.
    """
    if cn.is_valid(number.removeprefix("T")):
        return
    if entity is Entity.CORPORATION:
        raise Invalid(_("登録番号の13けたを、もう一度確かめてください。どこか1けたが違うようです。"))
    if not is_sure:
        raise Doubtful(
            _("どこか1けたが違うようです。税務署の通知と見くらべて、同じなら「通知のとおりです」に印を付けてください。")
        )
