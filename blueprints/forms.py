"""The base of every form: cleaned text, no unknown fields, refusals shown beside the field they concern."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import structlog
from flask import Response, after_this_request, request
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, StringField, SubmitField, ValidationError
from wtforms.widgets import TextArea

from blueprints import carrying
from marketplace import texts
from marketplace.accounts.models import Draft
from marketplace.errors import Conflict, DomainError, Invalid, NotFound, TooLarge, TooOften, WrongKind
from marketplace.i18n import _, _l

log = structlog.get_logger(__name__)

Kinds = tuple[type[DomainError], ...] | type[DomainError]
_ONCE = re.compile("[A-Za-z0-9_-]{16,32}")
_VERSION = re.compile("[0-9]{1,9}")
CHOOSE = {
    "invalid_value_message": _l("選択肢から選んでください。"),
    "invalid_choice_message": _l("選択肢から選んでください。"),
}
"""What a field with choices says to what no page of ours sends; WTForms has sentences of its own."""
SHOWN_AT_FIELDS = (Conflict, NotFound, Invalid, TooLarge, TooOften, WrongKind)


class Form(FlaskForm):
    """A form whose fields are the only ones it takes.

    `status` is 200 for a first look, 422 for an invalid try, and the refusal's own status after a `blame`.
    With `draft_at`, a path, the form saves itself while one types in it, and is kept there until it is sent.
    """

    def __init__(self, *args: Any, draft_at: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._refusal_status: int | None = None
        self.form_errors: list[str]
        self.draft_at = draft_at
        self.draft = self._put_back(carrying.draft(draft_at), kwargs)
        if self.is_submitted():
            carrying.note_sent(draft_at)

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form."""
        if self._refusal_status:
            return self._refusal_status
        return 422 if self.errors else 200

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and that no field came that this form does not have."""
        valid = super().validate(extra_validators)
        unknown = sorted(set(request.form) - self._known_names())
        if unknown:
            log.warning("form.unknown_fields", path=request.path, fields=unknown[:10])
            self.form_errors.append(
                _("この画面にない項目が送られました。画面を読み込みなおして、もう一度お試しください。")
            )
            return False
        return bool(valid)

    def _put_back(self, draft: Draft | None, kwargs: dict[str, Any]) -> Draft | None:
        """Fill in what was typed before and not sent; return it if it was typed into this form."""
        known = self._known_names()
        lists = tuple(f"{field.name}-" for field in self if hasattr(field, "entries"))
        if draft is None or not all(name in known or name.startswith(lists) for name, _value in draft.fields):
            return None
        given = {name: value for name, value in kwargs.items() if name not in {"prefix", "meta", "formdata"}}
        self.process(formdata=MultiDict((name, value) for name, value in draft.fields), **given)
        return draft

    def _known_names(self) -> set[str]:
        """Field names as they are sent; those of lists and form fields by their prefix."""
        known = {"csrf_token"}
        for field in self:
            entries = getattr(field, "entries", None)
            parts = [field, *entries] if entries is not None else [field]
            for part in parts:
                inner = getattr(part, "form", None)
                known |= {part.name} if inner is None else {sub.name for sub in inner}
        return known

    @contextmanager
    def blame(self, name: str, kinds: Kinds = SHOWN_AT_FIELDS) -> Iterator[None]:
        """Show a refusal of `kinds` raised inside at the field `name` instead of on an error page."""
        try:
            yield
        except kinds as error:
            self.refuse(name, error)

    def refuse(self, name: str, error: DomainError) -> None:
        """Put the sentence of `error` beside the field `name`, and answer with its status."""
        field: Field = self[name]
        field.errors = [*field.errors, error.sentence or _("このままでは登録できません。内容を確かめてください。")]
        self._refusal_status = error.status
        for field in self:
            if isinstance(field, OnceField):
                field.process_data(None)
        if isinstance(error, TooOften):
            wait = str(error.retry_after)
            after_this_request(lambda response: _with_header(response, "Retry-After", wait))


class DeedForm(Form):
    """A button that does what its page asks."""

    go = SubmitField()


class LineField(StringField):
    """One line of typed text, cleaned, of at most `at_most` characters.

    It sets no `maxlength`: the browser would cut what was pasted without a word.
    """

    clean = staticmethod(texts.single_line)

    def __init__(self, label: Any = None, validators: Any = None, *, at_most: int, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.at_most = at_most

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was typed; what cannot be stored is refused with its reason and stays in the field."""
        if not valuelist:
            return
        self.data = valuelist[0]
        try:
            self.data = self.clean(valuelist[0], self.at_most)
        except Invalid as error:
            raise ValueError(error.sentence) from error


class LinesField(LineField):
    """Several lines of typed text, cleaned, of at most `at_most` characters."""

    widget = TextArea()
    clean = staticmethod(texts.multi_line)


class Required:
    """Refuse an empty field with a sentence of its own, instead of what the kind of field says to nothing."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, sentence: str | Markup) -> None:
        self.sentence = sentence

    def __call__(self, form: Form, field: Field) -> None:
        """Raise ValidationError with the sentence."""
        if field.data is None or (isinstance(field.data, str) and not field.data.strip()):
            if not field.raw_data:
                field.errors = []
            raise ValidationError(str(self.sentence))


class VersionField(HiddenField):
    """Which version of the row the form was filled from."""

    @property
    def number(self) -> int:
        """The version, or 0, which no row has, for what no page of ours sent."""
        return int(self.data) if _VERSION.fullmatch(str(self.data)) else 0

    def renew(self, version: int) -> None:
        """Let the form, sent once more, replace `version`."""
        self.data = str(version)


class OnceField(HiddenField):
    """A value made with the form, by which a second press of the same form is recognised.

    A form that is shown again after a refusal is a new one.
    """

    def process_data(self, value: Any) -> None:
        """Give a fresh form a fresh value."""
        self.data = value or secrets.token_urlsafe(16)

    def pre_validate(self, form: Any) -> None:
        """Refuse what no form of ours has made."""
        if not _ONCE.fullmatch(self.data or ""):
            raise ValidationError(_("画面を読み込みなおして、もう一度お試しください。"))


def _with_header(response: Response, name: str, value: str) -> Response:
    response.headers[name] = value
    return response
