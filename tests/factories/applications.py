"""Applications, sent by their verb, in any state."""

import itertools
from collections.abc import Mapping
from dataclasses import replace

from flask import Flask, has_app_context

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.applications import service
from marketplace.applications.models import Application, ApplicationState
from marketplace.applications.service import Sheet
from marketplace.applications.service.ending import end
from marketplace.jobs.models import Job
from marketplace.teams.models import Team

_numbers = itertools.count(1)


class ApplicationFactory:
    """Makes applications in the session at hand, or in one of its own that commits."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(
        self,
        job: Job,
        applicant: Member,
        *,
        state: ApplicationState = ApplicationState.OPEN,
        team: Team | None = None,
        shares: Mapping[Member, int] | None = None,
        answers: Mapping[int, str | float] | None = None,
        message: str = "",
        reward_yen: int | None = None,
    ) -> Application:
        """Let `applicant` apply for `job`; with a team, everybody else in `shares` has yet to take part."""
        parts = {} if team is None else (shares or {applicant: 100})
        once = f"made-by-a-factory-{next(_numbers)}"
        sheet = Sheet(once, message, reward_yen, answers=answers or {}, team=team, shares=parts)
        if has_app_context():
            return self._add(job, applicant, sheet, state)
        with self.app.app_context(), db.writing():
            there = db.db.session.get_one(Job, job.id), db.db.session.get_one(Member, applicant.id)
            here = {db.db.session.get_one(Member, each.id): percent for each, percent in parts.items()}
            sheet = replace(sheet, shares=here)
            application = self._add(*there, sheet, state)
            db.commit()
        return application

    def _add(self, job: Job, applicant: Member, sheet: Sheet, state: ApplicationState) -> Application:
        application = service.apply(applicant, job, sheet)
        if state not in {ApplicationState.OPEN, ApplicationState.CONFIRMING}:
            end(application, state)
        db.db.session.flush()
        return application
