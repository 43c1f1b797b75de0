"""What one types to begin a conversation and to answer in one."""

from typing import Any

from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import SelectMultipleField, SubmitField
from wtforms.widgets import CheckboxInput

from blueprints.forms import Form, LineField, LinesField, OnceField, Required
from marketplace.attachments import ACCEPT
from marketplace.i18n import _, _l
from marketplace.messages.models import BODY_LENGTH, TITLE_LENGTH


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


class AnswerForm(LetterForm):
    """An answer in a conversation."""

    body = LinesField(_l("本文"), [Required(_l("本文を入力してください。"))], at_most=BODY_LENGTH)
