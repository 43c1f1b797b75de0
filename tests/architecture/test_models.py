"""What holds for every table: nothing loads by surprise, questions have indexes, names keep to the glossary."""

from flask import Flask
from sqlalchemy.orm import configure_mappers

from marketplace import erasing
from marketplace.db import Model
from marketplace.jobs.models import Job, JobSkill
from marketplace.searchable import Searchable
from marketplace.tables import metadata
from marketplace.teams.models import Team
from search_index.documents import READERS
from tests.architecture.test_shape import NEVER

_DOCUMENTS = {Team: "team", Job: "job", JobSkill: "job"}
"""Whose rows are part of; all others of a worker's."""


def test_no_relationship_loads_by_itself() -> None:
    configure_mappers()
    lazy = [
        f"{mapper.class_.__name__}.{relationship.key}"
        for mapper in Model.registry.mappers
        for relationship in mapper.relationships
        if relationship.lazy != "raise"
    ]
    assert not lazy


def test_every_foreign_key_is_indexed() -> None:
    """Without an index, deleting a member would read every row that could point there."""
    missing = []
    for table in metadata.tables.values():
        first = {next(iter(index.columns)).name for index in table.indexes if index.columns}
        first |= {next(iter(table.primary_key.columns)).name}
        for constraint in table.constraints:
            if type(constraint).__name__ == "UniqueConstraint":
                first.add(next(iter(constraint.columns)).name)
        missing += [f"{table.name}.{key.parent.name}" for key in table.foreign_keys if key.parent.name not in first]
    assert not missing


def test_what_is_searchable_has_a_document() -> None:
    kinds = {mapper.class_ for mapper in Model.registry.mappers if issubclass(mapper.class_, Searchable)}
    assert kinds
    assert set(READERS) == {"worker", "team", "job"}
    for kind in kinds:
        key = {column.key: 1 for column in kind.__table__.columns}
        assert kind(
            **{name: value for name, value in key.items() if name in {"id", "member_id", "profile_id", "job_id"}}
        ).search_key() == (_DOCUMENTS.get(kind, "worker"), 1)


def test_tables_and_columns_keep_to_the_glossary() -> None:
    wrong = [
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if set(f"{table.name}_{column.name}".split("_")) & (set(NEVER) - {"common"})
    ]
    assert not wrong


def test_versioned_tables_have_a_version_that_is_checked() -> None:
    for mapper in Model.registry.mappers:
        if "version" in mapper.columns:
            assert mapper.version_id_col is mapper.columns["version"], mapper.class_.__name__


def test_every_foreign_key_to_a_member_has_a_line_that_says_what_erasing_does(shared_app: Flask) -> None:
    """A new table: add its column to an `Erasure` of its feature, and include that in wsgi.py."""
    keys = {
        f"{table.name}.{key.parent.name}"
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if key.target_fullname in {"members.id", "accounts.id"}
    }
    spoken_of = erasing.accounted_for()
    assert keys - spoken_of.keys() == set()
    assert spoken_of.keys() - keys == set()


def test_what_is_kept_is_kept_for_a_reason(shared_app: Flask) -> None:
    kept = {column: why for column, why in erasing.accounted_for().items() if why}
    assert "messages.sender_id" in kept
    assert all(len(why) > 10 for why in kept.values())
