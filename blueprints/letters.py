"""Writing a letter: what is typed, looked at and then sent, with its files, to whom one may write without asking."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import SelectMultipleField, SubmitField
from wtforms.widgets import CheckboxInput

from blueprints import carrying
from blueprints.access import current_member
from blueprints.forms import Form, LineField, LinesField, OnceField, Required
from marketplace import limits
from marketplace.accounts.models import Member
from marketplace.attachments import ACCEPT, examine
from marketplace.i18n import _, _l
from marketplace.messages import files, folding, queries
from marketplace.messages.models import BODY_LENGTH, TITLE_LENGTH, MessageAttachment


class LetterForm(Form):
    """Something that is written, looked at, and then sent."""

    once = OnceField()
    files = MultipleFileField(_l("ファイル"), render_kw={"accept": ACCEPT})
    ready = SelectMultipleField(
        _l("添付するファイル"), coerce=int, validate_choice=False, option_widget=CheckboxInput(), default=()
    )
    """The numbers of files that were stored at an earlier look, and are to go along."""
    look = SubmitField(_l("確認する"))
    revise = SubmitField(_l("修正する"))
    send = SubmitField(_l("送信"))

    @property
    def step(self) -> str:
        """Return what was pressed: "look", "send", or "write" to go on writing."""
        if self.revise.data:
            return "write"
        return "send" if self.send.data else "look"

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; a browser cannot send chosen files a second time by itself, so say that."""
        if super().validate(extra_validators):
            return True
        if self.chosen and not self.files.errors:
            self.files.errors = [_("ほかの項目を直してから、ファイルをもう一度選んでください。")]
        return False

    @property
    def chosen(self) -> list[FileStorage]:
        """The files that came with the form; browsers send an empty one where none was chosen."""
        return [file for file in self.files.data or [] if file and file.filename]


class ConversationForm(LetterForm):
    """The first message of a conversation, with its title."""

    title = LineField(_l("タイトル"), [Required(_l("タイトルを入力してください。"))], at_most=TITLE_LENGTH)
    body = LinesField(_l("本文"), [Required(_l("本文を入力してください。"))], at_most=BODY_LENGTH)


def files_are_fine(form: LetterForm) -> bool:
    """Store what was chosen, beside what lies ready; what cannot be kept is said beside the field."""
    before = ready_files(form)
    ready = [file.id for file in before]
    known = {(file.name, file.sha256) for file in before}
    with form.blame("files"):
        for _file in form.chosen:
            limits.check(limits.Action.UPLOAD, account=current_member.id)
        examined = [examine(file.filename or "", file.stream.read()) for file in form.chosen]
        new = [file for file in examined if (file.name, file.sha256) not in known]
        ready += [file.id for file in files.lay_ready(current_member, new, beside=len(ready))]
    form.ready.data = ready
    # Whoever comes back to the draft finds them with it.
    carrying.note_field(form.ready.name, [str(each) for each in ready])
    return not form.files.errors


def ready_files(form: LetterForm) -> Sequence[MessageAttachment]:
    """Return the files that lie ready to go along with what the form holds."""
    return files.ready_among(current_member, form.ready.data or ())


def check_pace(recipient: Member, form: ConversationForm) -> None:
    """Let conversations be begun at a human pace; a second press of the last one of the day is none too many."""
    slow_down(recipient, form)
    if queries.find_sent(current_member, form.once.data) is None:
        limits.check(limits.Action.THREAD, account=current_member.id)


def slow_down(recipient: Member, form: LetterForm) -> None:
    """Let a text that goes to one after another who never answered go out slowly."""
    body = form.body.data
    if queries.is_unexpected(current_member, recipient) and recipient.id not in queries.recipients_of(
        current_member, body
    ):
        limits.check(limits.Action.SAME_TEXT, account=f"{current_member.id} {folding.folded(body)}")
