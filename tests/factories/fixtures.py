"""The people that tests speak of."""

import pytest
from flask import Flask

from marketplace.accounts.models import Member
from tests.factories.members import MemberFactory


@pytest.fixture
def make_member(app: Flask) -> MemberFactory:
    """Makes further members."""
    return MemberFactory(app)


@pytest.fixture
def ana(make_member: MemberFactory) -> Member:
    """A worker."""
    return make_member("ana", "Ana", worker=True)


@pytest.fixture
def ben(make_member: MemberFactory) -> Member:
    """Another worker."""
    return make_member("ben", "Ben", worker=True)


@pytest.fixture
def cleo(make_member: MemberFactory) -> Member:
    """A member without a published profile."""
    return make_member("cleo", "Cleo")
