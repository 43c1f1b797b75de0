"""What one looks for among one's papers; it comes in the address, so that it can be kept."""

from wtforms import Field, Form, SelectChoice, SelectField, ValidationError

from blueprints.forms import CHOOSE, LineField
from blueprints.typed import DayField, YenField
from marketplace.contracts.models.terms import NAME_LENGTH
from marketplace.contracts.queries.filing import PaperKind, Sought
from marketplace.i18n import _, _l

KIND_WORDS = {
    PaperKind.NOTICE: _l("取引条件通知書"),
    PaperKind.RE_ENTRUSTED: _l("再委託の通知書"),
    PaperKind.SECRECY: _l("秘密保持の合意書"),
}


def _kinds() -> list[SelectChoice]:
    return [SelectChoice("", _("すべて")), *(SelectChoice(kind.value, str(KIND_WORDS[kind])) for kind in PaperKind)]


class FilterForm(Form):
    """By date, amount and partner; what has no amount is found by its kind."""

    since = DayField(_l("この日から"))
    until = DayField(_l("この日まで"))
    least = YenField(_l("この金額から"))
    most = YenField(_l("この金額まで"))
    partner = LineField(_l("取引先"), at_most=NAME_LENGTH)
    kind = SelectField(_l("書類"), choices=_kinds, default="", **CHOOSE)

    def validate_until(self, field: DayField) -> None:
        """Find nothing without a reason: the last day is not before the first."""
        _require_order(self.since, field, _("「この日から」と同じ日か、あとの日を入力してください。"))

    def validate_most(self, field: YenField) -> None:
        """Nor is the most below the least."""
        _require_order(self.least, field, _("「この金額から」以上の金額を入力してください。"))

    @property
    def sought(self) -> Sought:
        """What is looked for; what cannot be read is left out."""
        wrong = self.errors

        def of(name: str) -> object:
            return None if name in wrong else self[name].data

        kind = of("kind")
        bounds = (of("since"), of("until"), of("least"), of("most"))
        return Sought(*bounds, of("partner") or "", PaperKind(kind) if kind else None)  # type: ignore[arg-type]

    @property
    def query(self) -> dict[str, str]:
        """What was typed, for the address of the next page and of the list."""
        return {field.name: field.raw_data[0] for field in self if field.raw_data and field.raw_data[0]}


def _require_order(first: Field, last: Field, sentence: str) -> None:
    if not (first.errors or last.errors) and first.data and last.data and last.data < first.data:
        raise ValidationError(sentence)
