"""Kinds of work: a closed list, each with its words and what is usually withheld."""

import pytest

from marketplace.i18n import speaking
from marketplace.jobs.categories import Category, WithholdingClass


@pytest.mark.usefixtures("session")
def test_each_has_words_of_its_own_in_both_languages() -> None:
    for language in ("ja", "en"):
        with speaking(language):
            for kinds in (Category, WithholdingClass):
                labels = [kind.label for kind in kinds]
                assert all(labels)
                assert len(set(labels)) == len(labels)
    with speaking("ja"):
        assert Category.TRANSLATION.label == "翻訳・通訳"
    with speaking("en"):
        assert Category.TRANSLATION.label == "Translation and interpreting"


def test_what_the_law_names_is_subject_and_what_mixes_is_asked() -> None:
    assert Category.TRANSLATION.withholding_class is WithholdingClass.SUBJECT
    assert Category.DEVELOPMENT.withholding_class is WithholdingClass.NOT_SUBJECT
    assert Category.WEB.withholding_class is WithholdingClass.ASK, "design is subject, coding is not"
    assert Category.RESEARCH.withholding_class is WithholdingClass.ASK
    assert Category.OTHER.withholding_class is WithholdingClass.ASK


def test_what_fits_nowhere_stands_last() -> None:
    assert list(Category)[-1] is Category.OTHER
