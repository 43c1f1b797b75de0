"""The people that tests speak of."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

from marketplace import storage, vault
from marketplace.accounts import passwords
from marketplace.accounts.models import Member
from tests.factories.applications import ApplicationFactory
from tests.factories.companies import CompanyFactory
from tests.factories.contracts import ContractFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory


@pytest.fixture(autouse=True, scope="session")
def quick_hashes() -> Iterator[None]:
    """Real argon2id with the least work: a hash that takes as long as it should would be most of a test's time."""
    slow = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    passwords._hasher = slow


@pytest.fixture
def make_member(app: Flask) -> MemberFactory:
    """Makes further members."""
    return MemberFactory(app)


@pytest.fixture
def make_team(app: Flask) -> TeamFactory:
    """Makes teams."""
    return TeamFactory(app)


@pytest.fixture
def make_company(app: Flask) -> CompanyFactory:
    """Makes companies."""
    return CompanyFactory(app)


@pytest.fixture
def make_contract(app: Flask) -> ContractFactory:
    """Makes contracts."""
    return ContractFactory(app)


@pytest.fixture
def make_job(app: Flask) -> JobFactory:
    """Makes jobs."""
    return JobFactory(app)


@pytest.fixture
def make_application(app: Flask) -> ApplicationFactory:
    """Makes applications for jobs."""
    return ApplicationFactory(app)


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


@pytest.fixture
def empty_places(tmp_path: Path) -> Iterator[None]:
    """A storage and a key store in which nothing of other tests lies: the shared application has one of each."""
    before = dict(storage._place), dict(vault._place)
    storage.init(tmp_path / "files")
    vault._place["keys"] = tmp_path / "keys"
    (tmp_path / "keys").mkdir()
    yield
    storage._place.update(before[0])
    vault._place.update(before[1])
