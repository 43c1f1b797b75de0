"""What moderators type."""

from wtforms import RadioField

from blueprints.forms import CHOOSE, Form, LinesField, Required
from blueprints.verdicts import REASON_WORDS
from marketplace.audit.models import AuditDeed
from marketplace.i18n import _l
from marketplace.moderation.models import STATEMENT_LENGTH, Measure, ReportReason, SubjectKind
from marketplace.moderation.subjects import MEASURES

MEASURE_WORDS = {
    Measure.NONE: _l("対応なし。問題は見つかりませんでした"),
    Measure.WARN: _l("注意。掲載はそのままで、理由を伝えます"),
    Measure.HIDE: _l("非表示。ほかの人には表示されません"),
    Measure.SUSPEND: _l("利用停止。ログインできなくなり、どこにも表示されません"),
}
DEED_WORDS = {
    AuditDeed.MODERATOR_ADDED: _l("担当者の追加"),
    AuditDeed.MODERATOR_REMOVED: _l("担当者の解除"),
    AuditDeed.CASE_OPENED: _l("通報の閲覧"),
    AuditDeed.CASE_DECIDED: _l("通報の判断"),
    AuditDeed.APPEAL_DECIDED: _l("異議の判断"),
    AuditDeed.AUDIT_EXPORTED: _l("記録の書き出し"),
}


class DecisionForm(Form):
    """What is decided about a case, and why."""

    measure = RadioField(_l("対応"), [Required(_l("対応を選んでください。"))], validate_choice=False, **CHOOSE)
    ground = RadioField(
        _l("当てはまるきまり"),
        [Required(_l("きまりを選んでください。"))],
        choices=list(REASON_WORDS.items()),
        coerce=lambda value: ReportReason(value) if value else None,
        validate_choice=False,
        **CHOOSE,
    )
    statement = LinesField(_l("本人に伝える理由"), at_most=STATEMENT_LENGTH, default="")

    def __init__(self, subject: SubjectKind, ground: ReportReason) -> None:
        """Offer what can be decided about `subject`."""
        super().__init__(data={"ground": ground})
        self.measure.choices = [(measure.value, MEASURE_WORDS[measure]) for measure in MEASURES[subject]]


class StatementForm(Form):
    """Why something is taken back."""

    statement = LinesField(
        _l("本人に伝える理由"), [Required(_l("本人に伝える理由を入力してください。"))], at_most=STATEMENT_LENGTH
    )


class AppealAnswerForm(Form):
    """What another moderator found."""

    verdict = RadioField(
        _l("判断"),
        [Required(_l("判断を選んでください。"))],
        choices=[("stands", _l("はじめの判断のとおりとする")), ("granted", _l("異議を認め、はじめの判断を取り消す"))],
        **CHOOSE,
    )
    statement = LinesField(
        _l("本人に伝える理由"), [Required(_l("本人に伝える理由を入力してください。"))], at_most=STATEMENT_LENGTH
    )
