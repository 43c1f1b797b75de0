"""How one wants to be told."""

from wtforms import BooleanField, FormField, SelectField
from wtforms import Form as Part

from blueprints.forms import Form
from blueprints.notifications.words import LABELS
from marketplace.i18n import _l
from marketplace.notifications.models import Mailing, Matter
from marketplace.notifications.recipients import Choice

MAILINGS = (
    (Mailing.AT_ONCE.value, _l("すぐに")),
    (Mailing.DAILY.value, _l("1日に1回")),
    (Mailing.OFF.value, _l("受け取らない")),
)


class ChoiceForm(Part):
    """One row of the table."""

    is_shown = BooleanField(_l("画面"))
    mailing = SelectField(_l("メール"), choices=MAILINGS)

    @property
    def choice(self) -> Choice:
        """What was chosen."""
        return Choice(bool(self.is_shown.data), Mailing(self.mailing.data))


class ChoicesForm(Form):
    """The table: a row for each matter."""

    invitations = FormField(ChoiceForm, LABELS[Matter.INVITATIONS])
    messages = FormField(ChoiceForm, LABELS[Matter.MESSAGES])
    teams = FormField(ChoiceForm, LABELS[Matter.TEAMS])
    follows = FormField(ChoiceForm, LABELS[Matter.FOLLOWS])
    work = FormField(ChoiceForm, LABELS[Matter.WORK])
    moderation = FormField(ChoiceForm, LABELS[Matter.MODERATION])

    @property
    def choices(self) -> dict[Matter, Choice]:
        """What was chosen for each matter."""
        return {matter: self[matter.value].form.choice for matter in Matter}
