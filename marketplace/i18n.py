"""Text for people: `_()` with Japanese as its source, and which language is spoken."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import flask_babel
from flask_babel import force_locale, get_locale, gettext, lazy_gettext

__all__ = ["LANGUAGES", "SOURCE_LANGUAGE", "_", "_l", "current_language", "ngettext", "speaking"]

SOURCE_LANGUAGE = "ja"
LANGUAGES = ("ja", "en")

_: Callable[..., str] = gettext
_l = lazy_gettext
ngettext: Callable[..., str] = flask_babel.ngettext


def current_language() -> str:
    """Return the code of the language that is being spoken now."""
    locale = get_locale()
    return locale.language if locale and locale.language in LANGUAGES else SOURCE_LANGUAGE


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak `language` inside the block, e.g. the recipient's while a mail is rendered."""
    with force_locale(language):
        yield
