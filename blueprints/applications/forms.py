"""What one types to apply for a job, made of what it asks, and what a client types to answer."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from wtforms import Field, RadioField, SelectMultipleField, SubmitField, ValidationError

from blueprints.forms import CHOOSE, Form, LineField, LinesField, OnceField, Required
from blueprints.jinja import full_date
from blueprints.typed import DayField, NumberField, Rewritten, YenField
from marketplace.accounts.models import Member
from marketplace.applications.models import (
    ANSWER_LENGTH,
    MESSAGE_LENGTH,
    NOTE_LENGTH,
    REASON_LENGTH,
    SCHEDULE_LENGTH,
)
from marketplace.errors import Invalid
from marketplace.i18n import _, _l
from marketplace.jobs.models import QuestionKind, ScreeningQuestion
from marketplace.sharing import WHOLE

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
YES_NO = (("yes", _l("はい")), ("no", _l("いいえ")))


class AnswerNumberField(Rewritten):
    """A number as it is typed, in any width, with a decimal point or without."""

    def read(self, typed: str) -> float:
        """Return the number."""
        return number_of(typed)

    def shown(self, kept: float) -> str:
        """Return it without a decimal point that says nothing."""
        return f"{kept:.15g}"


def number_of(typed: str) -> float:
    """Read a number as people type it; raises Invalid."""
    plain = unicodedata.normalize("NFKC", typed).replace(",", "").strip()
    if not _NUMBER.fullmatch(plain):
        raise Invalid(_("数字で入力してください。例)3 または 2.5"))
    return float(plain)


class SheetForm(Form):
    """An application: written, looked at, then sent. Fields for answers and shares are added by `sheet_form`."""

    _fields: dict[str, Field]
    once = OnceField()
    reward = YenField(_l("提案する報酬"))
    starts_on = DayField(_l("はじめられる日"))
    ends_on = DayField(_l("終えられる日"))
    schedule = LinesField(_l("予定について"), at_most=SCHEDULE_LENGTH)
    message = LinesField(
        _l("クライアントへのメッセージ"),
        [Required(_l("クライアントへのメッセージを入力してください。"))],
        at_most=MESSAGE_LENGTH,
    )
    look = SubmitField(_l("確認する"))
    revise = SubmitField(_l("修正する"))
    send = SubmitField(_l("送信"))

    answer_names: Sequence[tuple[int, str]] = ()
    """The numbers of questions, each with its field."""
    share_names: Sequence[tuple[Member, str]] = ()
    """Those who can take part, each with their field; none for who applies alone."""

    def __init__(self, **kwargs: Any) -> None:
        """Put the fields in the order of the page, in which the box on top leads to what is wrong."""
        super().__init__(**kwargs)
        first = [name for _key, name in (*self.share_names, *self.answer_names)]
        self._fields = {
            name: self._fields[name] for name in (*first, *(each for each in self._fields if each not in first))
        }

    @property
    def step(self) -> str:
        """Return what was pressed: "look", "send", or "write" to go on writing."""
        if self.revise.data:
            return "write"
        return "send" if self.send.data else "look"

    @property
    def typed(self) -> list[tuple[str, str]]:
        """Everything that was typed, by the names of the fields, to be sent along with the next step."""
        left_out = {"csrf_token", "once", "look", "revise", "send"}
        return [(field.name, value) for field in self if field.name not in left_out for value in field.raw_data or ()]

    @property
    def answers(self) -> dict[int, str | float]:
        """What is answered, by the numbers of the questions."""
        given = {number: self[name].data for number, name in self.answer_names}
        return {number: value for number, value in given.items() if value not in (None, "")}

    @property
    def shares(self) -> dict[Member, int]:
        """Who takes part, with which percent."""
        return {member: self[name].data for member, name in self.share_names if self[name].data}

    @property
    def said(self) -> list[tuple[str, str]]:
        """What was typed as it will be read, but for the message: what each field is called, and its words."""
        names = [name for _number, name in self.answer_names]
        rest = ("reward", "starts_on", "ends_on", "schedule")
        found = [(self[name].label.text, _words(self[name])) for name in (*names, *rest)]
        return [(label, words) for label, words in found if words]

    def validate_ends_on(self, field: Field) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("はじめられる日と同じか、それより後の日を入力してください。"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and that the shares of a team make a whole."""
        valid = super().validate(extra_validators)
        names = [name for _member, name in self.share_names]
        if not names or any(self[name].errors for name in names):
            return valid
        total = sum(self[name].data or 0 for name in names)
        if total == WHOLE:
            return valid
        wrong = _("分け前の合計が100%%になるように入力してください。いまは%(total)s%%です。", total=total)
        self[names[0]].errors = [wrong]
        return False


def sheet_form(questions: Sequence[ScreeningQuestion], people: Sequence[Member] = (), **kwargs: Any) -> SheetForm:
    """Return the form for a job that asks `questions`, of a team of which `people` can take part."""
    answers = [(each.id, f"answer_{each.id}") for each in questions]
    shares = [(each, f"share_{each.id}") for each in people]
    fields: dict[str, Any] = {name: _answer_field(each) for each, (_id, name) in zip(questions, answers, strict=True)}
    fields |= {name: NumberField(each.nickname, at_least=0, at_most=WHOLE) for each, name in shares}
    fields |= {"answer_names": answers, "share_names": shares}
    return type("SheetFormOfAJob", (SheetForm,), fields)(**kwargs)  # type: ignore[no-any-return]


class DecliningForm(Form):
    """お見送り: the text that those who are declined get, and the numbers of their applications."""

    chosen = SelectMultipleField(coerce=int, validate_choice=False)
    text = LinesField(
        _l("お見送りの文面"), [Required(_l("お見送りの文面を入力してください。"))], at_most=MESSAGE_LENGTH
    )


class TakingBackForm(Form):
    """What the accepted applicant is told when no terms will be proposed to them."""

    text = LinesField(
        _l("相手に届く文面"), [Required(_l("理由が分かる文面を入力してください。"))], at_most=MESSAGE_LENGTH
    )


class WithdrawalForm(Form):
    """Why the applicant takes back what was accepted; asked for then alone."""

    reason = LinesField(
        _l("取り下げる理由"), [Required(_l("取り下げる理由を入力してください。"))], at_most=REASON_LENGTH
    )
    go = SubmitField()


class NoteForm(Form):
    """A note of the client's own."""

    note = LinesField(_l("自分用のメモ"), at_most=NOTE_LENGTH)


class ChangesForm(Form):
    """「変更を確認しました」: which revision of the job was read."""

    revision = NumberField(at_least=1, at_most=1_000_000)


class _OneOf:
    """Refuse what is none of the choices that the page offers."""

    def __call__(self, form: Form, field: RadioField) -> None:
        """Raise ValidationError with a sentence."""
        if field.data and field.data not in {choice.value for choice in field.iter_choices()}:
            raise ValidationError(_("選択肢から選んでください。"))


def _answer_field(question: ScreeningQuestion) -> Any:
    asked = Required(_("「%(question)s」に答えてください。", question=question.question))
    needed = [asked] if question.is_required else []
    if question.kind is QuestionKind.TEXT:
        return LinesField(question.question, needed, at_most=ANSWER_LENGTH)
    if question.kind is QuestionKind.NUMBER:
        return AnswerNumberField(question.question, validators=needed)
    offered = YES_NO if question.kind is QuestionKind.YES_NO else [(each, each) for each in question.choices]
    skipped = [] if question.is_required else [("", _l("答えない"))]
    taken = {"coerce": lambda value: str(value) if value else "", "validate_choice": False, **CHOOSE}
    return RadioField(question.question, [*needed, _OneOf()], choices=[*offered, *skipped], **taken)


def _words(field: Field) -> str:
    """Return what was typed into a field as it is read."""
    if isinstance(field, RadioField):
        return next((str(each.label) for each in field.iter_choices() if each.value and each.value == field.data), "")
    if isinstance(field, YenField) and field.data:
        return _("%(amount)s円", amount=field.shown(field.data))
    if isinstance(field, DayField) and field.data:
        return full_date(field.data)
    if isinstance(field, Rewritten) and field.data is not None:
        return field.shown(field.data)
    return field.data if isinstance(field, LineField) and isinstance(field.data, str) else ""
