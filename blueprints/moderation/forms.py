"""What moderators type."""

from typing import Any

from wtforms import HiddenField, RadioField, SubmitField, ValidationError

from blueprints.forms import CHOOSE, Form, LineField, LinesField, Required
from blueprints.verdicts import REASON_WORDS
from marketplace.audit.models import AuditDeed
from marketplace.careers.models import SKILL_NAME_LENGTH
from marketplace.i18n import _, _l
from marketplace.moderation.models import STATEMENT_LENGTH, Measure, ReportReason, SubjectKind
from marketplace.moderation.subjects import MEASURES
from marketplace.payouts.models import STATEMENT_LENGTH as LENGTH_TO_HOLDERS

MEASURE_WORDS = {
    Measure.NONE: _l("対応なし。問題は見つかりませんでした"),
    Measure.WARN: _l("注意。掲載はそのままで、理由を伝えます"),
    Measure.HIDE: _l("非表示。ほかの人には表示されません"),
    Measure.SUSPEND: _l("利用停止。データの書き出しと退会のほかは使えなくなり、どこにも表示されません"),
}
DEED_WORDS = {
    AuditDeed.MODERATOR_ADDED: _l("担当者の追加"),
    AuditDeed.MODERATOR_REMOVED: _l("担当者の解除"),
    AuditDeed.CASE_OPENED: _l("通報の閲覧"),
    AuditDeed.CASE_DECIDED: _l("通報の判断"),
    AuditDeed.APPEAL_DECIDED: _l("異議の判断"),
    AuditDeed.AUDIT_EXPORTED: _l("記録の書き出し"),
    AuditDeed.COMPANY_MERGED: _l("会社の統合"),
    AuditDeed.NUMBER_CONFIRMED: _l("法人番号の確認"),
    AuditDeed.BANK_REVEALED: _l("口座番号や名義の表示"),
    AuditDeed.HOLDER_DECIDED: _l("口座名義の判断"),
    AuditDeed.ALIAS_ADDED: _l("スキル名の統合"),
    AuditDeed.ALIAS_REMOVED: _l("スキル名の統合の取り消し"),
    AuditDeed.PAPERS_TAKEN: _l("書類の担当"),
    AuditDeed.PAPERS_OPENED: _l("書類の閲覧"),
    AuditDeed.PAPERS_DECIDED: _l("書類の判断"),
    AuditDeed.PAPERS_DESTROYED: _l("書類の廃棄"),
    AuditDeed.NAME_LEFT: _l("似た名前の容認"),
    AuditDeed.NAME_QUESTIONED: _l("似た名前の通報"),
    AuditDeed.MEMBER_ERASED: _l("退会した会員の消去"),
}


class DecisionForm(Form):
    """What is decided about a case, and why."""

    measure = RadioField(_l("対応"), [Required(_l("対応を選んでください。"))], **CHOOSE)
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


class HolderForm(Form):
    """What a moderator says about an account in another name."""

    verdict = RadioField(
        _l("判断"),
        [Required(_l("判断を選んでください。"))],
        choices=[("fine", _l("この名義でよい")), ("mend", _l("直してもらう"))],
        **CHOOSE,
    )
    statement = LinesField(_l("本人に伝える理由"), at_most=LENGTH_TO_HOLDERS, default="")
    seen = HiddenField(default="")
    """The verified name that stands on the page."""


class SlugField(LineField):
    """The address of a company, whole or its last part."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, [Required(_l("会社のURLを入力してください。"))], at_most=200, **kwargs)

    @property
    def slug(self) -> str:
        """The last part, as it stands in addresses."""
        return str(self.data).rstrip("/").rpartition("/")[2].casefold()


class MergeForm(Form):
    """Which two companies are one."""

    kept = SlugField(_l("残す会社のURL"))
    merged = SlugField(_l("まとめられる会社のURL"))
    look = SubmitField(_l("確認する"))
    merge = SubmitField(_l("統合する"))

    def validate_merged(self, field: SlugField) -> None:
        """Two different ones."""
        if field.slug == self.kept.slug:
            raise ValidationError(_("2つの会社のURLを入力してください。"))


class AliasForm(Form):
    """Which spelling is to mean which skill."""

    spelling = LineField(
        _l("まとめられる名前"), [Required(_l("まとめられる名前を入力してください。"))], at_most=SKILL_NAME_LENGTH
    )
    skill = LineField(
        _l("残すスキルの名前"), [Required(_l("残すスキルの名前を入力してください。"))], at_most=SKILL_NAME_LENGTH
    )
    look = SubmitField(_l("確認する"))
    add = SubmitField(_l("まとめる"))
