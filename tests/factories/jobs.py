"""Jobs, written and published by their verbs."""

import secrets
from datetime import timedelta
from typing import Any

from flask import Flask, has_app_context

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.jobs import queries, service
from marketplace.jobs.categories import Category
from marketplace.jobs.models import Job, JobEnding, RewardKind
from marketplace.jobs.service import JobChanges


class JobFactory:
    """Makes jobs in the session at hand, or in one of its own that commits."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(
        self,
        poster: Member,
        title: str = "技術文書の翻訳",
        *,
        draft: bool = False,
        closed: JobEnding | None = None,
        **said: Any,
    ) -> Job:
        """Make a job by `poster` that has all it needs, open unless `draft` or `closed`; `said` as in JobChanges."""
        changes = whole(title, **said)
        if has_app_context():
            return self._add(poster, changes, draft, closed)
        with self.app.app_context(), db.writing():
            job = self._add(poster, changes, draft, closed)
            db.commit()
        return job

    def _add(self, poster: Member, changes: JobChanges, draft: bool, closed: JobEnding | None) -> Job:
        job = service.create(poster, secrets.token_urlsafe(16), changes)
        if not draft:
            service.publish(poster, job)
        if closed is not None:
            service.close(poster, job, closed)
        db.db.session.flush()
        return queries.get_own(poster, job.id)


def whole(title: str = "技術文書の翻訳", **said: Any) -> JobChanges:
    """Return what a job says that has all it needs to be published."""
    needed: dict[str, Any] = {
        "title": title,
        "description": "英文の取扱説明書を日本語に訳していただきます。",
        "category": Category.TRANSLATION,
        "reward_kind": RewardKind.FIXED,
        "reward_min_yen": 50_000,
        "is_tax_included": True,
        "apply_until": today() + timedelta(days=14),
        "offerer_name": "結び商店",
        "offerer_address": "京都府京都市中京区1-2-3",
        "offerer_contact": "jobs@musubi.example",
    }
    return JobChanges(**(needed | said))
