"""The catalogues hold exactly the texts of the screens, and each of them is translated."""

import importlib.util
import re
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from marketplace.i18n import LANGUAGES, SOURCE_LANGUAGE

ROOT = Path(__file__).parent.parent.parent
TRANSLATIONS = ROOT / "marketplace" / "translations"
NAMED = re.compile(r"%\((\w+)\)")
NO_COINCIDENCE = 30
"""From this length on two texts of very different lengths do not have the same translation by chance."""
TRANSLATED = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]


def read(path: Path, language: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def ids(catalogue: Catalog) -> set[object]:
    return {message.id for message in catalogue if message.id}


def named_in(text: str) -> set[str]:
    return set(NAMED.findall(text))


def catalogue_of(language: str) -> Catalog:
    return read(TRANSLATIONS / language / "LC_MESSAGES" / "messages.po", language)


@pytest.fixture(scope="module")
def on_screen(tmp_path_factory: pytest.TempPathFactory) -> set[object]:
    """Every text that is marked for translation now."""
    loader = SourceFileLoader("dev", str(ROOT / "dev"))
    dev = importlib.util.module_from_spec(importlib.util.spec_from_loader("dev", loader))
    loader.exec_module(dev)
    fresh = tmp_path_factory.mktemp("catalogue") / "fresh.pot"
    dev.extract_messages(fresh)
    return ids(read(fresh))


def test_the_template_is_up_to_date(on_screen: set[object]) -> None:
    assert ids(read(TRANSLATIONS / "messages.pot")) == on_screen, "run ./dev messages"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_up_to_date(on_screen: set[object], language: str) -> None:
    assert ids(catalogue_of(language)) == on_screen, "run ./dev messages"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_for_good(language: str) -> None:
    missing = [
        message.id
        for message in catalogue_of(language)
        if message.id and (message.fuzzy or not all(message.string if message.pluralizable else [message.string]))
    ]
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_have_the_placeholders_of_their_texts(language: str) -> None:
    wrong = [(message.id, [str(error) for error in errors]) for message, errors in catalogue_of(language).check()]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_names_what_its_text_does_not(language: str) -> None:
    """A neighbour's translation is found by its placeholders. A plural form may leave out its number."""
    wrong = [
        (message.id, translation)
        for message in catalogue_of(language)
        for translation in (message.string if message.pluralizable else [message.string])
        if (named_in(message.id[-1] if message.pluralizable else message.id) ^ named_in(translation))
        - ({"num"} if message.pluralizable else set())
    ]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_short_text_has_not_the_paragraph_of_its_neighbour(language: str) -> None:
    """Tools that guess give new texts the translation of those beside them."""
    messages = [message for message in catalogue_of(language) if message.id and not message.pluralizable]
    of_translation: dict[str, list[str]] = {}
    for message in messages:
        if len(message.string) >= NO_COINCIDENCE:
            of_translation.setdefault(message.string, []).append(message.id)
    apart = {
        translation: texts
        for translation, texts in of_translation.items()
        if max(map(len, texts)) > 2 * min(map(len, texts))
    }
    assert apart == {}
