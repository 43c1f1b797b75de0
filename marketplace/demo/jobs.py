"""Jobs of the demo world: written and published by their verbs, some of them over, one still a draft."""

from datetime import timedelta
from typing import Any

from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.companies import queries as companies
from marketplace.companies.models import Company
from marketplace.demo.banks import Text, bank
from marketplace.demo.past import by_day, happening
from marketplace.demo.people import chance
from marketplace.demo.reading import prefecture_code
from marketplace.jobs import service
from marketplace.jobs.categories import Category
from marketplace.jobs.models import Job, JobEnding, JobKind, QuestionKind, RewardKind
from marketplace.jobs.service import JobChanges, QuestionAsked
from marketplace.phones import written

Members = dict[str, Member]
"""By username."""

SAME = ("title", "city", "period_note", "is_tax_included", "reward_note", "ending_note", "process_note", "wanted")


def post(members: Members) -> None:
    """Let clients offer work."""
    for number, text in enumerate(bank("jobs")["job"]):
        _post(number, text, members[text["poster"]])


def _post(number: int, text: Text, poster: Member) -> Job:
    company = companies.get_live(text["company"]) if "company" in text else None
    at = max(by_day(text["days_ago"] * 24 + chance(text["title"]).uniform(0, 9)), poster.created_at)
    with happening(at):
        job = service.create(poster, f"demo-of-jobs-{number:04}", _changes(text, company))
        if text.get("state") != "draft":
            service.publish(poster, job)
            # What the verb dates with the present moment.
            job.published_at = at
    job.updated_at = at
    if "ending" in text:
        ended_at = by_day(text["closed_days_ago"] * 24)
        with happening(ended_at):
            service.close(poster, job, JobEnding(text["ending"]))
        job.closed_at = ended_at
    return job


def _changes(text: Text, company: Company | None) -> JobChanges:
    same = {name: text[name] for name in SAME if name in text}
    return JobChanges(
        **same,
        **_offerer(text, company),
        company=company,
        kind=JobKind(text["kind"]),
        category=Category(text["category"]),
        description=text["description"].strip(),
        is_remote=text["is_remote"],
        prefecture=prefecture_code(text["prefecture"]) if "prefecture" in text else None,
        starts_on=today() + timedelta(days=text["starts_in"]) if "starts_in" in text else None,
        ends_on=today() + timedelta(days=text["ends_in"]) if "ends_in" in text else None,
        reward_kind=RewardKind(text["reward_kind"]) if "reward_kind" in text else None,
        reward_min_yen=text.get("reward_from"),
        reward_max_yen=text.get("reward_to"),
        apply_until=today() + timedelta(days=text["apply_in"]) if "apply_in" in text else None,
        answer_days=text.get("answer_days", 7),
        skills=tuple(text.get("skills", [])),
        questions=tuple(_question(each) for each in text.get("questions", [])),
    )


def _offerer(text: Text, company: Company | None) -> dict[str, Any]:
    if company is None:
        return {name: text[name] for name in ("offerer_name", "offerer_address", "offerer_contact")}
    contact = written(company.phone) if company.phone else company.email or f"{company.slug}@demo.example"
    return {"offerer_name": company.name, "offerer_address": company.address, "offerer_contact": contact}


def _question(text: Text) -> QuestionAsked:
    choices = tuple(text.get("choices", []))
    return QuestionAsked(QuestionKind(text["kind"]), text["question"], choices, text.get("is_required", False))
