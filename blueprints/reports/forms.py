"""What one types to show something to the moderators, and against what they decided."""

from wtforms import RadioField

from blueprints.forms import Form, LinesField, Required
from blueprints.verdicts import REASON_WORDS
from marketplace.i18n import _l
from marketplace.moderation.models import COMMENT_LENGTH, STATEMENT_LENGTH, ReportReason


class ReportForm(Form):
    """Why something is shown to the moderators."""

    reason = RadioField(
        _l("理由"),
        [Required(_l("理由を選んでください。"))],
        choices=list(REASON_WORDS.items()),
        coerce=lambda value: ReportReason(value) if value else None,
        invalid_value_message=_l("選択肢から選んでください。"),
        validate_choice=False,
    )
    comment = LinesField(_l("補足"), at_most=COMMENT_LENGTH, default="")

    @property
    def said(self) -> tuple[ReportReason, str]:
        """Reason and comment."""
        return self.reason.data, self.comment.data


class AppealForm(Form):
    """Why a decision should be looked at again."""

    text = LinesField(_l("異議の理由"), [Required(_l("異議の理由を入力してください。"))], at_most=STATEMENT_LENGTH)
