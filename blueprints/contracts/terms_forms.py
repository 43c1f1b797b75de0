"""What one types for terms: every item of the notice, what is undecided, milestones, and the shares of a team."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import request
from wtforms import BooleanField, FormField, RadioField, SelectField, SubmitField
from wtforms import Form as Row
from wtforms.fields.choices import SelectChoice

from blueprints.forms import CHOOSE, Form, LineField, LinesField, OnceField, Required, VersionField
from blueprints.typed import DayField, NumberField, RowsField, YenField, one_of
from marketplace.calendar import MONTH_END, PayRule
from marketplace.contracts.faults import MOST_DAYS_INSPECTING, MOST_MILESTONES, Fault
from marketplace.contracts.items import Items, Part, Share, Undecided
from marketplace.contracts.models import Rights, Withholding
from marketplace.contracts.models.contracts import TITLE_LENGTH
from marketplace.contracts.models.terms import (
    MOST_REVISIONS,
    MOST_UNDECIDED,
    NAME_LENGTH,
    NOTE_LENGTH,
    SCOPE_LENGTH,
)
from marketplace.i18n import _, _l
from marketplace.jobs.models import RewardKind

PLACE_LENGTH = 200
METHOD_LENGTH = 200
CLOSING_DAYS = (5, 10, 15, 20, 25, MONTH_END)
NOT_CARRIED = frozenset({"csrf_token", "once", "seen", "look", "revise", "send", "reckon"})


def _either(yes: Any, no: Any) -> dict[str, Any]:
    """Return what lets a radio field take True or False, and None before either was chosen."""
    return {
        "choices": lambda: [SelectChoice("yes", str(yes)), SelectChoice("no", str(no))],
        "coerce": lambda value: value if isinstance(value, bool) else {"yes": True, "no": False}.get(str(value)),
        "validate_choice": False,
        **CHOOSE,
    }


def _rules() -> list[SelectChoice]:
    return [
        SelectChoice(PayRule.MONTHLY.value, _("月ごとに締めて払う")),
        SelectChoice(PayRule.AFTER_RECEIPT.value, _("受け取った日から数えて払う")),
        SelectChoice(PayRule.ON_A_DAY.value, _("決めた日に払う")),
    ]


def _day_of_month(day: int) -> str:
    return _("末日") if day == MONTH_END else _("%(day)s日", day=day)


def _closing_days() -> list[SelectChoice]:
    return [SelectChoice(str(day), _day_of_month(day)) for day in CLOSING_DAYS]


def _pay_days() -> list[SelectChoice]:
    return [SelectChoice(str(day), _day_of_month(day)) for day in (*range(1, 29), MONTH_END)]


def _months() -> list[SelectChoice]:
    return [SelectChoice("0", _("当月")), SelectChoice("1", _("翌月")), SelectChoice("2", _("翌々月"))]


def _number(value: Any) -> int | None:
    return int(value) if str(value).isascii() and str(value).isdigit() and len(str(value)) < 4 else None


def _choose(choices: Any) -> dict[str, Any]:
    return {"choices": choices, "coerce": _number, **CHOOSE}


class UndecidedRow(Row):
    """One row of 未定事項."""

    item = LineField(_l("決まっていないこと"), at_most=NAME_LENGTH)
    reason = LineField(_l("決められない理由"), at_most=PLACE_LENGTH)
    decide_by = DayField(_l("決める予定の日"))


class MilestoneRow(Row):
    """One milestone."""

    title = LineField(_l("区切りの名前"), at_most=TITLE_LENGTH)
    due_on = DayField(_l("納める日"))
    amount_yen = YenField(_l("報酬"))


class TermsForm(Form):
    """A version of the terms: written, looked at as the other party will read it, and sent."""

    once = OnceField()
    seen = VersionField()
    """The number of the newest version there was when the form was opened."""
    title = LineField(
        _l("取引の件名"), [Required(_l("件名を入力してください。例)取扱説明書の翻訳"))], at_most=TITLE_LENGTH
    )
    company = SelectField(_l("だれとして依頼しますか"), validate_choice=False, default="")
    client_name = LineField(_l("クライアントの名称"), at_most=NAME_LENGTH)
    worker_name = LineField(_l("ワーカーの名称"), at_most=NAME_LENGTH)
    client_is_business = RadioField(_l("依頼の立場"), **_either(_l("事業として"), _l("個人の生活のため(消費者として)")))
    client_has_employees = RadioField(
        _l("クライアントの従業員"), **_either(_l("いる(または役員が2人以上)"), _l("いない"))
    )
    scope = LinesField(_l("仕事の内容"), at_most=SCOPE_LENGTH)
    rights = RadioField(_l("成果物の権利"), **one_of(Rights))
    rights_note = LineField(_l("権利についての補足"), at_most=NOTE_LENGTH)
    due_on = DayField(_l("納める日"))
    starts_on = DayField(_l("期間のはじめ"))
    ends_on = DayField(_l("期間の終わり"))
    is_remote = RadioField(_l("受け取る場所"), **_either(_l("オンライン"), _l("決まった場所")))
    place = LineField(_l("場所"), at_most=PLACE_LENGTH)
    inspection_days = NumberField(_l("検査の日数"), at_least=0, at_most=MOST_DAYS_INSPECTING)
    revision_limit = NumberField(_l("修正の回数"), at_least=0, at_most=MOST_REVISIONS)
    reward_kind = RadioField(_l("報酬の種類"), **one_of(RewardKind))
    amount_yen = YenField(_l("報酬の額"))
    formula = LineField(_l("報酬の計算のしかた"), at_most=NOTE_LENGTH)
    is_tax_included = RadioField(_l("消費税"), **_either(_l("税込"), _l("税別")))
    withholding = RadioField(_l("源泉徴収"), **one_of(Withholding))
    pay_rule = RadioField(
        _l("支払期日の決めかた"),
        choices=_rules,
        coerce=lambda value: PayRule(value) if value in set(PayRule) else None,
        **CHOOSE,
    )
    pay_closing_day = SelectField(_l("締め日"), **_choose(_closing_days))
    pay_months = SelectField(_l("支払う月"), **_choose(_months))
    pay_day = SelectField(_l("支払う日"), **_choose(_pay_days))
    pay_days = NumberField(_l("受け取ってから何日目"), at_least=1, at_most=60)
    pay_on = DayField(_l("支払う日"))
    pay_method = LineField(_l("支払方法"), at_most=METHOD_LENGTH)
    is_re_entrusted = BooleanField(_l("この仕事は、ほかから受けた仕事の再委託です"))
    upstream_client = LineField(_l("元委託者の名称"), at_most=NAME_LENGTH)
    upstream_due_on = DayField(_l("元委託者の支払期日"))
    undecided = RowsField(
        FormField(UndecidedRow),
        _l("未定事項"),
        most=MOST_UNDECIDED,
        named="item",
        too_many=_l("未定事項は%(most)s件までです。この行を空けてください。"),
    )
    milestones = RowsField(
        FormField(MilestoneRow),
        _l("区切り(マイルストーン)"),
        most=MOST_MILESTONES,
        named="title",
        too_many=_l("区切りは%(most)s件までです。この行を空けてください。"),
    )
    ending_note = LinesField(_l("途中で終わるとき"), at_most=NOTE_LENGTH)
    change_reason = LinesField(_l("変更の理由"), at_most=NOTE_LENGTH)
    reckon = SubmitField(_l("支払う額と日を計算する"))
    look = SubmitField(_l("確認する"))
    revise = SubmitField(_l("修正する"))
    send = SubmitField(_l("送信"))

    def __init__(self, *, shares: tuple[Share, ...] = (), **kwargs: Any) -> None:
        """`shares` are those of a team, which nobody types here: its leader decides on them."""
        super().__init__(**kwargs)
        self.shares = shares
        for rows in (self.undecided, self.milestones):
            if not rows.entries or rows.says(rows.entries[-1]):
                rows.append_entry()

    @property
    def step(self) -> str:
        """Return what was pressed: "look", "send", or "write" to go on writing."""
        if self.revise.data or self.reckon.data:
            return "write"
        return "send" if self.send.data else "look"

    @property
    def only_reckons(self) -> bool:
        """Whether the form is only to be shown again with what it comes to."""
        return bool(self.is_submitted() and (self.reckon.data or self.revise.data))

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Everything that was typed, to be sent along with the look at it."""
        return [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_CARRIED]

    def items(self) -> Items:
        """Return what the form says; what could not be read is missing."""
        names = set(Items.__dataclass_fields__) - {"undecided", "milestones", "shares"}
        said = {name: _read(self[name]) for name in names if name in self}
        said = {name: value for name, value in said.items() if value is not None or name not in _NEVER_NONE}
        return Items(
            **said,
            undecided=tuple(Undecided(**_plain(each)) for each in self._filled("undecided")),
            milestones=tuple(Part(**_plain(each)) for each in self._filled("milestones")),
            shares=self.shares,
        )

    def accuse(self, found: Sequence[Fault]) -> None:
        """Say each fault beside the field it concerns, unless that could not even be read."""
        for fault in found:
            name, *at = fault.field.split(".")
            if not at:
                self._say(self[name], fault.sentence)
                continue
            rows = [] if name == "shares" else self._filled(name)
            if int(at[0]) < len(rows):
                self._say(rows[int(at[0])][at[1]], fault.sentence)
                self[name].errors = [row.errors for row in self[name]]
            else:
                self.form_errors.append(fault.sentence)

    @staticmethod
    def _say(field: Any, sentence: str) -> None:
        if not field.errors:
            field.errors = [sentence]

    def _filled(self, name: str) -> list[Any]:
        return [
            row.form
            for row in self[name]
            if any((field.raw_data and field.raw_data[0].strip()) or field.data for field in row.form)
        ]


_NEVER_NONE = {
    *("client_name", "worker_name", "scope", "rights_note", "place", "formula", "pay_method", "upstream_client"),
    *("ending_note", "change_reason", "client_is_business", "is_remote", "reward_kind", "pay_rule", "is_re_entrusted"),
}


def _plain(row: Any) -> dict[str, Any]:
    """Return what a row says; of what could not be read, nothing."""
    return {field.short_name: _nothing(field) if _read(field) is None else field.data for field in row}


def _read(field: Any) -> Any:
    return None if field.errors or field.process_errors else field.data


def _nothing(field: Any) -> Any:
    return "" if field.short_name in {"title", "item", "reason"} else None


def data_of(items: Items) -> dict[str, Any]:
    """Return what the fields of the form hold when it says `items`."""
    found: dict[str, Any] = vars(replace(items, undecided=(), milestones=(), shares=())).copy()
    del found["shares"]
    found["undecided"] = [vars(each) for each in items.undecided]
    found["milestones"] = [vars(each) for each in items.milestones]
    return found
