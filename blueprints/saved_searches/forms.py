"""What one types to keep a search."""

from wtforms import RadioField

from blueprints.forms import Form, LineField, Required, VersionField
from blueprints.typed import one_of
from marketplace.i18n import _l
from marketplace.saved_searches.models import NAME_LENGTH, SearchMailing


class SavedSearchForm(Form):
    """Its name, and how one is told of what it finds."""

    name = LineField(_l("名前"), [Required(_l("名前を入力してください。例)英日翻訳、在宅"))], at_most=NAME_LENGTH)
    mailing = RadioField(
        _l("新しく見つかったとき、メールで受け取る"),
        [Required(_l("メールの受け取り方を選んでください。"))],
        default=SearchMailing.DAILY,
        **one_of(SearchMailing),
    )


class EditForm(SavedSearchForm):
    """The same for a search that is kept."""

    version = VersionField()
