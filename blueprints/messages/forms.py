"""What one types to answer in a conversation."""

from blueprints.forms import LinesField, Required
from blueprints.letters import LetterForm
from marketplace.i18n import _l
from marketplace.messages.models import BODY_LENGTH


class AnswerForm(LetterForm):
    """An answer in a conversation."""

    body = LinesField(_l("本文"), [Required(_l("本文を入力してください。"))], at_most=BODY_LENGTH)
