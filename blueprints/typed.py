"""Fields that several forms share: amounts, days and numbers as people type them, choices of an enum, rows."""

import re
import unicodedata
from abc import abstractmethod
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from wtforms import Field, FieldList, FormField, SelectChoice, StringField
from wtforms.widgets import DateInput

from blueprints.forms import CHOOSE, LineField
from marketplace.errors import Invalid
from marketplace.i18n import _

MOST_TYPED = 40
MOST_YEN = 1_000_000_000
EARLIEST_YEAR, LATEST_YEAR = 1900, 9998
_SEPARATORS_OF_AMOUNTS = re.compile(r"[\s,，、円¥]+")
_NUMBER = re.compile(r"[0-9]{1,9}")
_DAY = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")


class Rewritten(LineField):
    """A line that is kept in one form however it was typed, and shown as it was typed until it is saved."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, at_most=kwargs.pop("at_most", MOST_TYPED), **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; nothing typed is None."""
        super().process_formdata(valuelist)
        if valuelist:
            try:
                self.data = self.read(self.data) if self.data else None
            except Invalid as error:
                raise ValueError(error.sentence) from error

    @abstractmethod
    def read(self, typed: str) -> Any:
        """Return what is kept; raises Invalid."""

    def shown(self, kept: Any) -> str:
        """Return how people write it."""
        return str(kept)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.shown(self.data)


class YenField(Rewritten):
    """A whole amount of yen, typed in any width, with or without commas and 「円」."""

    def __init__(self, label: Any = None, *, at_most_yen: int = MOST_YEN, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.at_most_yen = at_most_yen

    def read(self, typed: str) -> int:
        """Return the amount."""
        digits = _SEPARATORS_OF_AMOUNTS.sub("", unicodedata.normalize("NFKC", typed))
        if not digits.isascii() or not digits.isdigit() or not 1 <= int(digits) <= self.at_most_yen:
            raise Invalid(
                _("1円から%(highest)s円までの整数で入力してください。例)3,000", highest=f"{self.at_most_yen:,}")
            )
        return int(digits)

    def shown(self, kept: int) -> str:
        """Return it with commas."""
        return f"{kept:,}"


class DayField(Rewritten):
    """A day of the calendar; browsers without a picker take it as 2026-12-24."""

    widget = DateInput()

    def read(self, typed: str) -> date:
        """Return the day."""
        found = _DAY.fullmatch(unicodedata.normalize("NFKC", typed).strip())
        try:
            day = date(*(int(part) for part in found.groups())) if found else None
        except ValueError:
            day = None
        if day is None or not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise Invalid(_("年月日を入力してください。例)2026-12-24"))
        return day

    def shown(self, kept: date) -> str:
        """Return 2026-12-24, as browsers want it."""
        return kept.isoformat()


class NumberField(StringField):
    """A whole number from `at_least` to `at_most`, or nothing."""

    def __init__(
        self, label: Any = None, validators: Any = None, *, at_least: int, at_most: int, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.at_least = at_least
        self.at_most = at_most

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take digits of any width."""
        if not valuelist:
            return
        typed = unicodedata.normalize("NFKC", valuelist[0]).replace(",", "").strip()
        self.data = None
        if not typed:
            return
        if not _NUMBER.fullmatch(typed) or not self.at_least <= int(typed) <= self.at_most:
            raise ValueError(
                _("%(least)sから%(most)sまでの数字で入力してください。", least=self.at_least, most=f"{self.at_most:,}")
            )
        self.data = int(typed)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


def one_of(kind: type[StrEnum], blank: str | None = None) -> dict[str, Any]:
    """Return what lets a radio or select field take one member of an enum; `blank` stands for None."""

    def words() -> list[SelectChoice]:
        members: Iterable[Any] = kind
        nothing = [] if blank is None else [SelectChoice("", str(blank))]
        return [*nothing, *(SelectChoice(each.value, each.label) for each in members)]

    return {
        "choices": words,
        "coerce": lambda value: kind(value) if value else None,
        "validate_choice": False,
        **CHOOSE,
    }


class RowsField(FieldList):
    """Rows of which `most` are kept; one that is filled beyond them is refused where it stands, and stays there."""

    def __init__(
        self, unbound: Any, label: Any, *, most: int, too_many: Any, named: str = "name", **kwargs: Any
    ) -> None:
        """Take rows that are filled when their field `named` is."""
        super().__init__(unbound, label, **kwargs)
        self.most = most
        self.too_many = too_many
        self.named = named

    def says(self, entry: Field) -> bool:
        """Tell whether a row is filled."""
        return bool(entry.data[self.named] if isinstance(entry.data, dict) else entry.data)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Check the rows, then how many of them say something."""
        super().validate(form, extra_validators)
        for row in [each for each in self.entries if self.says(each)][self.most :]:
            field = row.form[self.named] if isinstance(row, FormField) else row
            field.errors = [*field.errors, self.too_many % {"most": self.most}]
        refused = [row.errors for row in self.entries]
        self.errors = refused if any(refused) else []
        return not self.errors
