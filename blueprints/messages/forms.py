"""What one types to begin a conversation and to answer in one."""

from wtforms import SubmitField

from blueprints.forms import Form, LineField, LinesField, OnceField, Required
from marketplace.i18n import _l
from marketplace.messages.models import BODY_LENGTH, TITLE_LENGTH


class LetterForm(Form):
    """Something that is written, looked at, and then sent."""

    once = OnceField()
    look = SubmitField(_l("確認する"))
    revise = SubmitField(_l("修正する"))
    send = SubmitField(_l("送信"))

    @property
    def step(self) -> str:
        """Return what was pressed: "look", "send", or "write" to go on writing."""
        if self.revise.data:
            return "write"
        return "send" if self.send.data else "look"


class ConversationForm(LetterForm):
    """The first message of a conversation, with its title."""

    title = LineField(_l("タイトル"), [Required(_l("タイトルを入力してください。"))], at_most=TITLE_LENGTH)
    body = LinesField(_l("本文"), [Required(_l("本文を入力してください。"))], at_most=BODY_LENGTH)


class AnswerForm(LetterForm):
    """An answer in a conversation."""

    body = LinesField(_l("本文"), [Required(_l("本文を入力してください。"))], at_most=BODY_LENGTH)
