"""Text for people: `_()` with Japanese as its source, and which language is spoken."""

from collections.abc import Iterator
from contextlib import contextmanager
from gettext import NullTranslations

from babel.numbers import format_decimal
from flask_babel import force_locale, get_domain, get_locale, lazy_gettext

__all__ = [
    "LANGUAGES",
    "SOURCE_LANGUAGE",
    "_",
    "_l",
    "catalogue",
    "current_language",
    "grouped",
    "ngettext",
    "speaking",
]

SOURCE_LANGUAGE = "ja"
LANGUAGES = ("ja", "en")

_l = lazy_gettext
_catalogues: dict[str, NullTranslations] = {}


def _(text: str, **values: object) -> str:
    """Return `text` in the language that is being spoken now, with its placeholders filled."""
    found = catalogue().gettext(text)
    return found % values if values else found


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """Return the text for `num` things, with its placeholders filled, `%(num)s` among them."""
    return catalogue().ngettext(singular, plural, num) % {"num": num, **values}


def catalogue() -> NullTranslations:
    """Return the texts of the language that is being spoken now.

    Flask-Babel would look for them anew at each of a page's two hundred texts, by a name that it writes anew each time.
    """
    locale = get_locale()
    if locale is None:
        return NullTranslations()
    if locale.language not in _catalogues:
        _catalogues[locale.language] = get_domain().get_translations()
    return _catalogues[locale.language]


def grouped(number: int) -> str:
    """Return `number` as it is written in the language that is being spoken now: 10,000."""
    return str(format_decimal(number, locale=get_locale() or SOURCE_LANGUAGE))


def current_language() -> str:
    """Return the code of the language that is being spoken now."""
    locale = get_locale()
    return locale.language if locale and locale.language in LANGUAGES else SOURCE_LANGUAGE


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak `language` inside the block, e.g. the recipient's while a mail is rendered."""
    with force_locale(language):
        yield
