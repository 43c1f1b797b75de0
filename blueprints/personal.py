"""Fields for what a member says of themselves and nobody else is shown."""

import unicodedata
from datetime import date
from typing import Any

from wtforms import DateField

from blueprints.forms import LineField
from marketplace.clock import today, whole_years
from marketplace.errors import Invalid
from marketplace.i18n import _
from marketplace.kana import is_katakana_name, to_katakana

OLDEST = 120


class KanaField(LineField):
    """A name's reading, turned into full-width katakana."""

    @staticmethod
    def clean(text: str, at_most: int) -> str:
        """Return katakana; raises Invalid for what reads as no name."""
        katakana = LineField.clean(to_katakana(text), at_most)
        if katakana and not is_katakana_name(katakana):
            raise Invalid(_("フリガナはカタカナかひらがなで入力してください。例)コアコンシェル タロウ"))
        return str(katakana)


class BirthDateField(DateField):
    """A day on which somebody who signs up may have been born."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day, in any width; nothing typed is None."""
        typed = unicodedata.normalize("NFKC", valuelist[0]).strip() if valuelist else ""
        try:
            self.data = date.fromisoformat(typed.replace("/", "-")) if typed else None
        except ValueError as error:
            raise ValueError(_("生年月日は年-月-日の形で入力してください。例)1990-04-01")) from error
        if self.data and (self.data > today() or whole_years(self.data, today()) > OLDEST):
            raise ValueError(_("生年月日は、きょうまでの%(years)s年のうちの日付を入力してください。", years=OLDEST))
