"""Kinds of work by their usual names, for who has to say whether tax is withheld."""

import pytest

from marketplace.contracts.kinds_of_work import KINDS, examples_of
from marketplace.i18n import speaking
from marketplace.jobs.categories import Category, WithholdingClass


def test_every_category_but_the_last_has_examples_that_agree_with_it() -> None:
    for category in set(Category) - {Category.OTHER}:
        classes = {kind.withholding_class for kind in examples_of(category)}
        assert classes
        assert category.withholding_class in classes | {WithholdingClass.ASK}
        assert category.withholding_class is WithholdingClass.ASK or classes <= {
            category.withholding_class,
            WithholdingClass.ASK,
        }, category
    assert examples_of(Category.OTHER) == []


@pytest.mark.usefixtures("session")
def test_each_is_said_in_both_languages() -> None:
    for language in ("ja", "en"):
        with speaking(language):
            labels = [kind.label for kind in KINDS]
            assert len(set(labels)) == len(labels)
    with speaking("en"):
        assert all(kind.label.isascii() for kind in KINDS)
