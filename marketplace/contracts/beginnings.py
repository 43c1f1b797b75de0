"""What a form of terms begins with: lawful, and as far as job, application and parties are known."""

from collections.abc import Sequence
from datetime import date

from marketplace.accounts.models import Member
from marketplace.addresses import find_prefecture
from marketplace.applications.models import Application
from marketplace.calendar import MONTH_END, PayRule
from marketplace.companies.models import Company
from marketplace.contracts.items import Items, Share
from marketplace.contracts.models import ContractTerms, Withholding
from marketplace.contracts.models.terms import SCOPE_LENGTH
from marketplace.contracts.withholding import assumed
from marketplace.i18n import _
from marketplace.jobs.categories import Category
from marketplace.jobs.models import Job, RewardKind
from marketplace.payouts.models import Entity, PayeeDetails
from marketplace.teams.models import Team

PAY_DAY = 25
"""月末締め、翌月25日: lawful whenever the work is received."""


def first_items(client: Member, worker: Member, payee: PayeeDetails | None, *, company: Company | None = None) -> Items:
    """Return what every form begins with: names as they are shown, payment on a day that is always lawful."""
    return Items(
        client_name=company.name if company else client.nickname,
        worker_name=worker.nickname,
        client_has_employees=True if company else None,
        withholding=Withholding.NOT_SUBJECT if payee is not None and payee.entity is Entity.CORPORATION else None,
        pay_rule=PayRule.MONTHLY,
        pay_closing_day=MONTH_END,
        pay_months=1,
        pay_day=PAY_DAY,
    )


def of_team(items: Items, team: Team, leader: Member) -> Items:
    """Return the same for a team, for which `leader` speaks; who of it gets what, is the leader's to say."""
    name = _("%(team)s(代表 %(leader)s)", team=team.name, leader=leader.nickname)
    return _with(items, worker_name=name)


def standing(shares: Sequence[Share], members: Sequence[Member]) -> tuple[Share, ...]:
    """Return shares as they are, if all whom they name are still in the team; else none, for they are not whole."""
    there = {each.id for each in members}
    kept = tuple(each for each in shares if each.member_id in there)
    return kept if all(each in kept for each in shares if each.percent) else ()


def kept(terms: ContractTerms, members: Sequence[Member]) -> tuple[Share, ...]:
    """Return the shares of a version for the next one; none where somebody refused theirs: the leader decides anew."""
    if any(each.refused_at is not None for each in terms.shares):
        return ()
    return standing(Items.of(terms).shares, members)


def applied(application: Application, members: Sequence[Member]) -> tuple[Share, ...]:
    """Return the shares with which a team has applied, as far as they still stand."""
    return standing([Share(member_id=each.member_id, percent=each.percent) for each in application.shares], members)


def of_application(
    items: Items, application: Application, payee: PayeeDetails | None, members: Sequence[Member] = ()
) -> Items:
    """Return it with what the job offers and the applicant proposes."""
    job = application.job
    return _with(
        items,
        scope=job.description[:SCOPE_LENGTH],
        **_days(
            application.starts_on or job.starts_on,
            application.ends_on or job.ends_on,
            is_service=job.reward_kind is RewardKind.HOURLY,
        ),
        is_remote=job.is_remote,
        place=_place(job),
        reward_kind=job.reward_kind or RewardKind.FIXED,
        amount_yen=application.reward_yen or _only_amount(job),
        formula="" if job.reward_kind is RewardKind.FIXED else job.reward_note,
        is_tax_included=job.is_tax_included,
        withholding=assumed(job.category or Category.OTHER, payee),
        ending_note=job.ending_note,
        shares=applied(application, members),
    )


def _days(starts_on: date | None, ends_on: date | None, *, is_service: bool) -> dict[str, date | None]:
    """Return the period of a service; of work that is delivered its end, as the day of delivery."""
    if is_service and starts_on and ends_on:
        return {"starts_on": starts_on, "ends_on": ends_on}
    return {"due_on": ends_on}


def _place(job: Job) -> str:
    """Return where the work is done, as far as the job says it; the terms name the very place."""
    prefecture = None if job.is_remote or job.prefecture is None else find_prefecture(job.prefecture)
    return f"{prefecture.name}{job.city}" if prefecture else ""


def _only_amount(job: Job) -> int | None:
    """Return the amount of a job that offers no range."""
    return job.reward_min_yen if job.reward_max_yen in {None, job.reward_min_yen} else None


def _with(items: Items, **said: object) -> Items:
    return Items(**vars(items) | said)
