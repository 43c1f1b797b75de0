"""書類: everybody's own notices, by date, amount and partner."""

from datetime import UTC, date, datetime

import pytest

from marketplace.accounts.models import Member
from marketplace.contracts.models import NoticeKind
from marketplace.contracts.queries import filing
from marketplace.contracts.queries.filing import Sought
from marketplace.errors import NotFound
from tests.factories.contracts import ContractFactory
from tests.factories.notices import a_notice
from tests.factories.teams import TeamFactory

pytestmark = pytest.mark.usefixtures("session")
ALL = Sought()


def ids(viewer: Member, sought: Sought = ALL) -> list[int]:
    return [filed.id for filed in filing.papers_for(viewer, sought).rows]


def test_both_parties_keep_a_notice_and_nobody_else_does(
    ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    notice = a_notice(make_contract(cleo, ana), ana)
    ana.nickname = "高瀬律"
    for member, partner in ((ana, "株式会社みなと商会"), (cleo, "高瀬 律")):
        (filed,) = filing.papers_for(member, ALL).rows
        assert (filed.id, filed.partner_name, filed.amount_yen) == (notice.id, partner, 120_000)
        assert filed.is_called_otherwise == (member is ana)
        assert filing.get_notice(member, notice.id).sha256 == notice.sha256
    assert ids(ben) == []
    with pytest.raises(NotFound):
        filing.get_notice(ben, notice.id)


def test_within_a_team_it_is_the_leaders_and_the_members_own(
    ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory, make_team: TeamFactory
) -> None:
    contract = make_contract(cleo, ana, team=make_team("kaki", ana, ben), shares={ana: 67, ben: 33})
    notice = a_notice(contract, ben, NoticeKind.LEADER_TO_MEMBER, amount_yen=39_600)
    (filed,) = filing.papers_for(ben, ALL).rows
    assert (filed.partner, filed.amount_yen) == (ana, 39_600)
    (filed,) = filing.papers_for(ana, ALL).rows
    assert (filed.id, filed.partner) == (notice.id, ben)
    assert ids(cleo) == []
    assert ids(ben, Sought(partner="Ana")) == ids(ana, Sought(partner="Ben")) == [notice.id]
    assert ids(ben, Sought(partner="みなと")) == []
    assert ids(ben, Sought(least_yen=39_600, most_yen=39_600)) == [notice.id]
    assert ids(ben, Sought(least_yen=39_601)) == []


def test_they_are_found_by_day_in_japan_amount_and_partner(
    ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    first = a_notice(make_contract(cleo, ana), ana, delivered_at=datetime(2026, 11, 30, 14, 59, tzinfo=UTC)).id
    second = a_notice(
        make_contract(ben, ana, amount_yen=5_000, client_name="100%商店"), ana,
        delivered_at=datetime(2026, 11, 30, 15, 0, tzinfo=UTC),
    ).id  # fmt: skip
    assert ids(ana) == [second, first]
    assert ids(ana, Sought(since=date(2026, 12, 1))) == [second]
    assert ids(ana, Sought(until=date(2026, 11, 30))) == [first]
    assert ids(ana, Sought(least_yen=5_001)) == [first]
    assert ids(ana, Sought(most_yen=5_000)) == [second]
    assert ids(ana, Sought(partner="0%商")) == ids(ana, Sought(partner="BEN")) == [second]
    assert ids(ana, Sought(partner="%")) == [second]
    assert ids(ana, Sought(partner="Ana")) == []
    assert [filed.id for filed in filing.all_papers_for(ana, ALL)] == [first, second]


def test_the_list_pages(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    made = [a_notice(make_contract(cleo, ana), ana).id for _number in range(21)]
    page = filing.papers_for(ana, ALL)
    rest = filing.papers_for(ana, ALL, page.next_cursor)
    assert [filed.id for filed in [*page.rows, *rest.rows]] == made[::-1]
