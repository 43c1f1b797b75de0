"""What one answers and types on the way to a signature."""

from wtforms import HiddenField, RadioField

from blueprints.forms import CHOOSE, Form, LineField, Required
from marketplace.i18n import _l
from marketplace.pledges.wording import Question
from marketplace.profiles.models import NAME_LENGTH


class AnswerForm(Form):
    """A choice for one question of the check."""

    choice = RadioField(_l("答え"), [Required(_l("答えを1つ選んでください。"))], **CHOOSE)

    number = HiddenField()
    """Which question was answered: a second press must not answer the next one."""

    def __init__(self, number: int, question: Question) -> None:
        """Offer the choices of `question`, which is the `number`th from 0."""
        super().__init__(data={"number": str(number)})
        self.choice.choices = [(str(place), text) for place, text in enumerate(question.choices)]


class SignatureForm(Form):
    """The name that was verified, typed once more."""

    name = LineField(_l("名前"), [Required(_l("名前を入力してください。"))], at_most=NAME_LENGTH)
