"""Where a notification leads."""

from typing import Any

from marketplace.companies.models import Company
from marketplace.events.kinds import EventKind
from marketplace.follows.queries import Tab
from marketplace.jobs.models import Job
from marketplace.notifications.models import Matter
from marketplace.notifications.queries import Told

Place = tuple[str, dict[str, Any]]
"""An endpoint and its values: a page makes a path of it, a mail a full address."""

TERMS = {
    *(EventKind.CONTRACT_PROPOSED, EventKind.CONTRACT_REFUSED, EventKind.CONTRACT_WITHDRAWN),
    *(EventKind.TERMS_PROPOSED, EventKind.TERMS_AGREED, EventKind.TERMS_REFUSED, EventKind.CONTRACT_NOTICED),
    *(EventKind.SHARES_CONFIRMED, EventKind.SHARE_REFUSED),
}
PAGES_OF_CONTRACTS = {
    **dict.fromkeys((EventKind.REVIEW_WRITTEN, EventKind.REVIEW_REVEALED, EventKind.REVIEW_REPLIED), "reviews.write"),
    EventKind.SHARE_ASKED: "contracts.share",
    **dict.fromkeys((EventKind.SECRECY_PROPOSED, EventKind.SECRECY_SIGNED, EventKind.SECRECY_REFUSED), "secrecy.show"),
}
"""Kinds of event that have a page of their own below that of the contract."""


def place_of(told: Told) -> Place:
    """Return the page of what was told; マイページ where there is none any more."""
    if told.event.kind is EventKind.MEMBER_FOLLOWED:
        return _of_a_follower(told)
    if told.matter is Matter.MODERATION:
        return _of_the_moderators(told)
    if told.matter is Matter.WORK:
        return _of_work(told)
    if told.matter is Matter.MESSAGES:
        return _of_a_conversation(told)
    if told.company is not None:
        return _of_a_company(told, told.company)
    return _of_a_team(told)


def _of_a_team(told: Told) -> Place:
    if told.event.kind is EventKind.TEAM_MEMBER_INVITED:
        return "teams.invitation", {"invitation_id": told.event.invitation_id}
    if told.team is not None and told.team.is_live:
        return "teams.show", {"slug": told.team.slug}
    return "home.mypage", {}


def _of_a_company(told: Told, company: Company) -> Place:
    """One that was merged leads on by itself; one that was closed has no page any more."""
    if told.event.kind is EventKind.BELONGING_ASKED:
        return "companies.mine", {}
    if company.is_live or company.merged_into_id:
        return "companies.show", {"slug": company.slug}
    return "companies.mine", {}


def _of_a_follower(told: Told) -> Place:
    if told.person.is_worker:
        return "profiles.show", {"username": told.person.username}
    return "follows.contacts", {"tab": Tab.FOLLOWERS.value}


def _of_a_conversation(told: Told) -> Place:
    if told.conversation is None:
        return "messages.index", {}
    return "messages.show", {"conversation_id": told.conversation.id}


def _of_work(told: Told) -> Place:
    if told.event.kind in PAGES_OF_CONTRACTS:
        return PAGES_OF_CONTRACTS[told.event.kind], {"contract_id": told.event.contract_id}
    if told.event.kind is EventKind.JOB_CLOSED:
        return "jobs.show", {"job_id": told.event.job_id}
    if told.contract is not None:
        page = "contracts.terms" if told.event.kind in TERMS else "contracts.show"
        return page, {"contract_id": told.contract.id}
    if told.event.application_id is not None and told.job is not None:
        return _of_an_application(told, told.event.application_id, told.job)
    return _of_a_job(told)


def _of_a_job(told: Told) -> Place:
    if told.event.kind is EventKind.ANSWER_PUBLISHED and told.job is not None:
        return "jobs.show", {"job_id": told.job.id, "_anchor": "answers"}
    if told.event.kind is EventKind.JOB_CHANGED:
        return "jobs.changes", {"job_id": told.event.job_id}
    return "home.mypage", {}


def _of_an_application(told: Told, application_id: int, job: Job) -> Place:
    if told.event.kind is EventKind.APPLICATION_ASKED:
        return "applications.join", {"application_id": application_id}
    if told.notification.recipient_id == job.poster_id:
        return "applications.review", {"job_id": job.id, "application_id": application_id}
    return "applications.show", {"application_id": application_id}


def _of_the_moderators(told: Told) -> Place:
    if told.event.kind in {EventKind.IDENTITY_APPROVED, EventKind.IDENTITY_RETURNED, EventKind.IDENTITY_LOST}:
        return "verification.identity", {}
    if told.event.kind in {EventKind.PROOF_APPROVED, EventKind.PROOF_RETURNED}:
        return "careers.qualifications", {}
    if told.event.kind is EventKind.REPORT_SETTLED or told.event.decision_id is None:
        return "reports.index", {}
    return "reports.decision", {"decision_id": told.event.decision_id}
