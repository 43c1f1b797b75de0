"""Pages of what two agree on, and the contracts that they show."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.contracts import beginnings, queries, service
from marketplace.contracts.items import Items, Part, Undecided, even_shares
from marketplace.contracts.models import Contract, ContractTerms, Rights, Withholding
from marketplace.contracts.service import Opening
from marketplace.db import db
from marketplace.teams.models import Team
from tests.looks.deeds import overlook_a_version, press, type_in
from tests.looks.shown import CLIENT, MEMBER, Shown

OTHER_WORKER = "ritsu-takase"
MATE = "shin-odagiri"
"""Is in the team of MEMBER."""

AGREEING = (
    Shown("contract-new", "contracts.new", f"/contracts/new?worker={OTHER_WORKER}", MEMBER),
    Shown(
        "contract-new-errors",
        "contracts.new",
        f"/contracts/new?worker={OTHER_WORKER}",
        MEMBER,
        type_in(title="翻訳", amount_yen="12,000", pay_days="90"),
    ),
    Shown("contract-new-team", "contracts.new", "/contracts/new?team=tetsuduki-memo", CLIENT),
    Shown("contract-terms-asked", "contracts.terms", "/contracts/{offered}/terms", MEMBER),
    Shown("contract-terms-own", "contracts.terms", "/contracts/{offered}/terms", CLIENT),
    Shown("contract-terms-agreed", "contracts.terms", "/contracts/{agreed}/terms", MEMBER),
    Shown("contract-version", "contracts.version", "/contracts/{offered}/terms/1", MEMBER),
    Shown("contract-terms-refused", "contracts.terms", "/contracts/{declined}/terms", CLIENT),
    Shown("contract-change", "contracts.change", "/contracts/{agreed}/terms/new", CLIENT),
    Shown("contract-change-look", "contracts.change", "/contracts/{agreed}/terms/new", CLIENT, press("[name=look]")),
    Shown(
        "contract-change-overtaken", "contracts.change", "/contracts/{offered}/terms/new", MEMBER, overlook_a_version
    ),
    Shown("contract-to-share", "contracts.terms", "/contracts/{to_share}/terms", MEMBER),
    Shown("contract-shares", "contracts.share_out", "/contracts/{to_share}/terms/1/shares", MEMBER),
    Shown("contract-shared", "contracts.terms", "/contracts/{shared}/terms", MEMBER),
    Shown("contract-share", "contracts.share", "/contracts/{shared}/share", MATE),
    Shown("contract-refuse", "contracts.refuse", "/contracts/{offered}/terms/2/refuse", MEMBER),
    Shown("contract-withdraw", "contracts.withdraw", "/contracts/{offered}/terms/2/withdraw", CLIENT),
)


def begin(client: Member, worker: Member) -> dict[str, int]:
    """Let terms wait that were countered, and others be agreed to by a team; return the numbers of both contracts."""
    items = replace(
        beginnings.first_items(client, worker, None),
        client_has_employees=True,
        scope="取扱説明書(40ページ)を英語から日本語に翻訳する。用語集(100語ほど)も作る。",
        rights=Rights.TRANSFER,
        due_on=today() + timedelta(days=30),
        amount_yen=120_000,
        is_tax_included=False,
        withholding=Withholding.SUBJECT,
    )
    offered = service.propose(client, Opening(title="取扱説明書の翻訳", worker=worker), items, "looks-offered-once-1")
    offered = queries.get_for(client, offered.id)
    late = Undecided(item="図版の点数", reason="原稿がそろっていないため", decide_by=today() + timedelta(days=14))
    further = replace(items, amount_yen=150_000, undecided=(late,), change_reason="図版の文字も訳していただくため")
    service.change(client, offered, further, "looks-offered-once-2")
    team = db.session.scalars(select(Team).where(Team.slug == "tetsuduki-memo")).one()
    agreed = _by_team(client, worker, team, items)
    declined = service.propose(client, Opening(title="用語集の校正", worker=worker), items, "looks-declined-once-1")
    service.refuse(worker, queries.get_for(worker, declined.id), queries.get_terms(declined, 1))
    opening = Opening(title="手順書の翻訳", worker=worker, team=team)
    to_share = service.propose(client, opening, beginnings.of_team(items, team, worker), "looks-to-share-once-1")
    opening = replace(opening, title="研修の冊子")
    shared = service.propose(client, opening, beginnings.of_team(items, team, worker), "looks-shared-once-1")
    _share_out(queries.get_for(worker, shared.id))
    return {
        "to_share": to_share.id,
        "shared": shared.id,
        "offered": offered.id,
        "agreed": agreed.id,
        "declined": declined.id,
    }


def _share_out(contract: Contract) -> ContractTerms:
    """Let the leader share out among all; return the version with its shares."""
    members = queries.members_of(contract.team) if contract.team else []
    shares = even_shares([each.id for each in members])
    service.share_out(contract.worker, contract, queries.get_terms(contract, 1), shares)
    return queries.get_terms(contract, 1)


def _by_team(client: Member, leader: Member, team: Team, items: Items) -> Contract:
    parts = (
        Part(title="前半の20ページ", due_on=today() + timedelta(days=15), amount_yen=60_000),
        Part(title="後半の20ページ", due_on=today() + timedelta(days=30), amount_yen=60_000),
    )
    of_team = beginnings.of_team(items, team, leader)
    opening = Opening(title="説明書の改訂", worker=leader, team=team)
    contract = service.propose(client, opening, replace(of_team, milestones=parts), "looks-agreed-once-1")
    contract = queries.get_for(leader, contract.id)
    terms = _share_out(contract)
    for share in terms.shares:
        if share.waits:
            service.confirm_share(share.member, contract, terms)
    service.agree(leader, contract, terms)
    db.session.flush()
    service.make_notices(0, {"terms": terms.id})
    return contract
