"""What is asked for before an export and before leaving."""

from typing import Any

from wtforms import BooleanField, PasswordField, ValidationError

from blueprints.forms import Form, LineField, Required
from marketplace.i18n import _, _l

CODE_LENGTH = 40
"""A recovery code, however it is grouped."""
PASSWORD_NEEDED = _l("現在のパスワードを入力してください。")


class ExportForm(Form):
    """The current password: whoever sits at an unlocked screen does not take everything along."""

    password = PasswordField(_l("現在のパスワード"), [Required(PASSWORD_NEEDED)])


class LeaveForm(Form):
    """What leaving needs; the code only of those who have a second factor."""

    is_sure = BooleanField(_l("退会すると何が起きるかを読みました"))
    password = PasswordField(_l("現在のパスワード"), [Required(PASSWORD_NEEDED)])
    code = LineField(_l("6けたの番号、または復旧コード"), at_most=CODE_LENGTH)

    def __init__(self, has_second_factor: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.has_second_factor = has_second_factor

    def validate_is_sure(self, field: BooleanField) -> None:
        """Leaving is no slip of the hand."""
        if not field.data:
            raise ValidationError(_("上の説明を読んで、チェックを入れてください。"))

    def validate_code(self, field: LineField) -> None:
        """Whoever has a second factor shows it."""
        if self.has_second_factor and not field.data:
            raise ValidationError(_("アプリに表示されている6けたの番号を入力してください。"))


class ReturnForm(Form):
    """A page with one button."""
