"""What one looks for among one's papers."""

from wtforms import SelectChoice, SelectField

from blueprints.forms import CHOOSE
from blueprints.sought import SoughtForm
from marketplace.contracts.queries.filing import PaperKind, Sought
from marketplace.i18n import _, _l

KIND_WORDS = {
    PaperKind.NOTICE: _l("取引条件通知書"),
    PaperKind.RE_ENTRUSTED: _l("再委託の通知書"),
    PaperKind.SECRECY: _l("秘密保持の合意書"),
}


def _kinds() -> list[SelectChoice]:
    return [SelectChoice("", _("すべて")), *(SelectChoice(kind.value, str(KIND_WORDS[kind])) for kind in PaperKind)]


class FilterForm(SoughtForm):
    """By date, amount and partner; what has no amount is found by its kind."""

    kind = SelectField(_l("書類"), choices=_kinds, default="", **CHOOSE)

    @property
    def sought(self) -> Sought:
        """What is looked for."""
        kind = self.found("kind")
        bounds = (self.found("since"), self.found("until"), self.found("least"), self.found("most"))
        return Sought(*bounds, self.found("partner") or "", PaperKind(kind) if kind else None)
