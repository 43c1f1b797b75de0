"""What one looks for by date, amount and partner; it comes in the address, so that it can be kept."""

from typing import Any

from wtforms import Field, Form, ValidationError

from blueprints.forms import LineField
from blueprints.typed import DayField, YenField
from marketplace.contracts.models.terms import NAME_LENGTH
from marketplace.i18n import _, _l


class SoughtForm(Form):
    """Bounds of days and amounts, and a partner."""

    since = DayField(_l("この日から"))
    until = DayField(_l("この日まで"))
    least = YenField(_l("この金額から"))
    most = YenField(_l("この金額まで"))
    partner = LineField(_l("取引先"), at_most=NAME_LENGTH)

    def validate_until(self, field: DayField) -> None:
        """Find nothing without a reason: the last day is not before the first."""
        _require_order(self.since, field, _("「この日から」と同じ日か、あとの日を入力してください。"))

    def validate_most(self, field: YenField) -> None:
        """Nor is the most below the least."""
        _require_order(self.least, field, _("「この金額から」以上の金額を入力してください。"))

    def found(self, name: str) -> Any:
        """Return what is looked for in a field; what cannot be read is left out."""
        return None if name in self.errors else self[name].data

    @property
    def query(self) -> dict[str, str]:
        """What was typed, for the address of the next page and of the list."""
        return {field.name: field.raw_data[0] for field in self if field.raw_data and field.raw_data[0]}


def _require_order(first: Field, last: Field, sentence: str) -> None:
    if not (first.errors or last.errors) and first.data and last.data and last.data < first.data:
        raise ValidationError(sentence)
