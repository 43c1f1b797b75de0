"""What one types while work is done."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, SubmitField, ValidationError

from blueprints.access import current_member
from blueprints.forms import CHOOSE, DeedForm, Form, LinesField, OnceField, Required, VersionField
from blueprints.typed import DayField, YenField
from marketplace import limits
from marketplace.attachments import ACCEPT, Attachment, examine
from marketplace.calendar import in_words
from marketplace.contracts.models import ContractEnding, EndingCause, EntryKind, Milestone
from marketplace.contracts.models.contracts import REASON_LENGTH
from marketplace.contracts.models.doing import BODY_LENGTH, SENTENCE_LENGTH
from marketplace.errors import Conflict, DomainError, Invalid
from marketplace.i18n import _, _l


class _ZeroYenField(YenField):
    """An amount that may be nothing at all."""

    def read(self, typed: str) -> int:
        """Return the amount; nothing is 0."""
        return 0 if typed.strip() in {"0", "０", "0円"} else super().read(typed)


class _WithFiles(Form):
    """Something that files go with."""

    once = OnceField()
    files = MultipleFileField(_l("ファイル"), render_kw={"accept": ACCEPT})
    needs_signature = BooleanField(_l("秘密保持の合意に署名した人だけが開ける"))

    def offer_protection(self, is_offered: bool) -> None:
        """Leave the tick away where nobody could ever sign, or the reader could not look at what they received."""
        if not is_offered:
            del self.needs_signature

    @property
    def is_protected(self) -> bool:
        """Whether the files ask for a signature."""
        return bool(self.needs_signature and self.needs_signature.data)

    @property
    def chosen(self) -> list[FileStorage]:
        """The files that came with the form; browsers send an empty one where none was chosen."""
        return [file for file in self.files.data or [] if file and file.filename]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; a browser cannot send chosen files a second time by itself, so say that."""
        if super().validate(extra_validators):
            return True
        self._ask_for_files()
        return False

    def refuse(self, name: str, error: DomainError) -> None:
        """Show a refusal, and say that what was chosen has to be chosen again."""
        super().refuse(name, error)
        self._ask_for_files()

    def files_are_fine(self) -> bool:
        """Examine what was chosen into `attachments`; what cannot be kept is said beside the field."""
        self.attachments: list[Attachment] = []
        with self.blame("files"):
            for _file in self.chosen:
                limits.check(limits.Action.UPLOAD, account=current_member.id)
            self.attachments = [examine(file.filename or "", file.stream.read()) for file in self.chosen]
        return not self.files.errors

    def _ask_for_files(self) -> None:
        if self.chosen and not self.files.errors:
            self.files.errors = [_("ほかの項目を直してから、ファイルをもう一度選んでください。")]


class WordsForm(_WithFiles):
    """An entry of the timeline: a message, or one of the three notes."""

    kind = RadioField(
        _l("種類"),
        choices=lambda: [
            SelectChoice(EntryKind.MESSAGE.value, _("メッセージ")),
            SelectChoice(EntryKind.REPORT.value, _("報告")),
            SelectChoice(EntryKind.CONTACT.value, _("連絡")),
            SelectChoice(EntryKind.CONSULTATION.value, _("相談")),
        ],
        coerce=lambda value: EntryKind(value) if value in set(EntryKind) else None,
        default=EntryKind.MESSAGE,
        **CHOOSE,
    )
    body = LinesField(_l("本文"), at_most=BODY_LENGTH)
    send = SubmitField(_l("送信"))


class _PartForm(Form):
    """Something about one part of the work."""

    part = SelectField(_l("区切り"), coerce=int, validate_choice=False, default=0)

    def offer(self, parts: Sequence[Milestone | None]) -> None:
        """Offer the parts at hand, or none where the work is one whole."""
        self.parts = {each.id: each for each in parts if each}
        if not self.parts:
            del self.part
            return
        self.part.choices = [(each.id, f"{each.title} ({in_words(each.due_on)})") for each in self.parts.values()]
        if not self.part.data:
            self.part.data = next(iter(self.parts))

    @property
    def milestone(self) -> Milestone | None:
        """The part that was chosen; raises Invalid for one that is not at hand."""
        if not self.parts:
            return None
        found = self.parts.get(self.part.data or 0)
        if found is None:
            raise Invalid(_("選択肢から選んでください。"))
        return found


class DeliveryForm(_WithFiles, _PartForm):
    """What is handed over."""

    body = LinesField(_l("納品の説明"), at_most=BODY_LENGTH)
    deliver = SubmitField(_l("納品する"))


class LateForm(_PartForm):
    """That the day will not be kept, and until when it will be done."""

    once = OnceField()
    new_due_on = DayField(_l("新しい日"), validators=[Required(_l("いつまでにできるかを入力してください。"))])
    reason = LinesField(_l("いまの状況"), [Required(_l("いまの状況を入力してください。"))], at_most=SENTENCE_LENGTH)
    warn = SubmitField(_l("伝える"))


class ReceiptForm(Form):
    """That what was handed over has arrived, and when the work begins."""

    once = OnceField()
    starts_on = DayField(_l("取りかかる日"))
    acknowledge = SubmitField(_l("受け取りました"))


class RevisionForm(Form):
    """What has to be worked over, and why."""

    reason = LinesField(
        _l("修正してほしいところ"),
        [Required(_l("取引条件のどこと違うのかを、具体的に入力してください。"))],
        at_most=SENTENCE_LENGTH,
    )
    revise = SubmitField(_l("修正を依頼する"))


class PaymentForm(Form):
    """When what was paid."""

    paid_on = DayField(_l("支払った日"), validators=[Required(_l("日を入力してください。"))])
    paid_yen = YenField(_l("金額"), validators=[Required(_l("金額を入力してください。"))])
    version = VersionField()
    go = SubmitField()


class ConfirmationForm(DeedForm):
    """That what was reported, as it was seen, has arrived."""

    version = VersionField()


class DisputeForm(Form):
    """That what was reported has not arrived, or not so."""

    reason = LinesField(_l("違うところ"), [Required(_l("何が違うのかを入力してください。"))], at_most=SENTENCE_LENGTH)
    version = VersionField()
    dispute = SubmitField(_l("違うことを伝える"))


class RefusalForm(DeedForm):
    """That what was proposed is refused, and why."""

    reason = LinesField(_l("見送る理由"), at_most=REASON_LENGTH)


class AgreementForm(DeedForm):
    """Whether one agrees to the wish to end that one has read."""

    seen = HiddenField()

    def has_read(self, ending: ContractEnding) -> bool:
        """Tell whether it is `ending`, in whose place there may be another by now; that one is on the page then."""
        if self.seen.data == str(ending.id):
            return True
        changed = _("画面を開いたあとで、申し出の内容が変わりました。いまの内容を確認してください。")
        self.refuse("go", Conflict(changed))
        self.seen.data = str(ending.id)
        return False


class EndingForm(Form):
    """How one wants to end early: chosen, looked at with what follows, then done."""

    cause = RadioField(
        _l("終了の理由"),
        [Required(_l("理由の種類を選んでください。"))],
        coerce=lambda value: EndingCause(value) if value in set(EndingCause) else None,
        validate_choice=False,
        **CHOOSE,
    )
    reason = LinesField(_l("相手に伝える理由"), [Required(_l("理由を入力してください。"))], at_most=REASON_LENGTH)
    owed_yen = _ZeroYenField(_l("納品していない作業の報酬"))
    ends_on = DayField(_l("終了の日"))
    look = SubmitField(_l("確認する"))
    revise = SubmitField(_l("修正する"))
    go = SubmitField()

    def offer(self, causes: Sequence[EndingCause]) -> None:
        """Offer the causes that the member may name."""
        self.cause.choices = [(each.value, each.label) for each in causes]

    @property
    def needs_amount(self) -> bool:
        """Whether it is a client who wants to end it, for another cause than that both want to: only they pay."""
        is_client = (EndingCause.CLIENT.value, EndingCause.CLIENT.label) in self.cause.choices
        return is_client and self.cause.data not in (None, EndingCause.MUTUAL)

    def validate_owed_yen(self, field: YenField) -> None:
        """A client who ends on their own, or values what was done, says what they pay: an empty field says nothing."""
        if self.needs_amount and field.data is None and not field.errors:
            raise ValidationError(
                _("ここまでに作業した分として支払う金額を入力してください。ないときは0と入力してください。")
            )

    @property
    def step(self) -> str:
        """Return what was pressed: "look", "go", or "write" to go on writing."""
        if self.revise.data:
            return "write"
        return "go" if self.go.data else "look"
