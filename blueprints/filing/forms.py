"""What one looks for among one's papers; it comes in the address, so that it can be kept."""

from wtforms import Form

from blueprints.forms import LineField
from blueprints.typed import DayField, YenField
from marketplace.contracts.models.terms import NAME_LENGTH
from marketplace.contracts.queries.filing import Sought
from marketplace.i18n import _l


class FilterForm(Form):
    """By date, amount and partner."""

    since = DayField(_l("この日から"))
    until = DayField(_l("この日まで"))
    least = YenField(_l("この金額から"))
    most = YenField(_l("この金額まで"))
    partner = LineField(_l("取引先"), at_most=NAME_LENGTH)

    @property
    def sought(self) -> Sought:
        """What is looked for; what cannot be read is left out."""
        wrong = self.errors

        def of(name: str) -> object:
            return None if name in wrong else self[name].data

        return Sought(of("since"), of("until"), of("least"), of("most"), of("partner") or "")  # type: ignore[arg-type]

    @property
    def query(self) -> dict[str, str]:
        """What was typed, for the address of the next page and of the list."""
        return {field.name: field.raw_data[0] for field in self if field.raw_data and field.raw_data[0]}
