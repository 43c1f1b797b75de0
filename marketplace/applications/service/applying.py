"""Applying alone or as a team, taking part in what one's team sends, and taking it back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import inspect

from marketplace import sharing
from marketplace.accounts.models import Member
from marketplace.applications import policy, queries
from marketplace.applications.models import (
    CONFIRM_WITHIN_DAYS,
    Application,
    ApplicationAnswer,
    ApplicationShare,
    ApplicationState,
)
from marketplace.applications.service.ending import ask_to_expire, end
from marketplace.applications.wording import what_happened
from marketplace.clock import now, today
from marketplace.db import add_once, db
from marketplace.errors import Conflict, Invalid, NotFound, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows import queries as follows
from marketplace.follows.service import one_at_a_time
from marketplace.i18n import _
from marketplace.jobs.models import Job, QuestionKind
from marketplace.teams import queries as teams
from marketplace.teams.models import Role, Team

Things = dict[str, events.HasId | None]

_JOB_COLUMNS = [column.key for column in inspect(Job).column_attrs]
_COLUMNS = [column.key for column in inspect(Application).column_attrs]


@dataclass(frozen=True)
class Sheet:
    """What an applicant writes. `answers` by the number of the question; `shares` in percent by member."""

    once: str
    message: str = ""
    reward_yen: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    schedule: str = ""
    answers: Mapping[int, str | float] = field(default_factory=dict)
    team: Team | None = None
    shares: Mapping[Member, int] = field(default_factory=dict)


@contextmanager
def holding_job(job: Job, *, alone: bool = False) -> Iterator[None]:
    """Keep `job` as it is until this unit ends, and read it again; `alone`: others who hold it wait, too."""
    with db.session.begin_nested():
        lock = {"key_share": True} if alone else {"read": True}
        db.session.refresh(job, _JOB_COLUMNS, with_for_update=lock)
        yield


@contextmanager
def holding(application: Application) -> Iterator[None]:
    """Let what others do to `application` and its shares wait until this unit ends, and read both again."""
    with db.session.begin_nested():
        db.session.refresh(application, _COLUMNS, with_for_update={"key_share": True})
        for share in application.shares:
            db.session.refresh(share, ["percent", "confirmed_at", "refused_at"])
        yield


def apply(actor: Member, job: Job, sheet: Sheet) -> Application:
    """Apply for `job`. Sending the same sheet twice is sending it once; another one with its mark is refused.

    A team's application waits until everybody named in it takes part. Raises Conflict for a job that looks for nobody
    any more and for who has a live application already, Invalid for answers and shares that are not whole.
    """
    require(policy.can_apply(actor, job), _("自分や自分の会社の案件には応募できません。"))
    sent = queries.find_sent(actor, sheet.once)
    if sent is not None:
        return _as_sent(sent, sheet)
    poster = db.session.get_one(Member, job.poster_id)
    with holding_job(job):
        one_at_a_time(actor, poster)
        if follows.blocked_either_way(actor, poster):
            raise NotFound
        if not job.is_open or job.apply_until is None or today() > job.apply_until:
            raise Conflict(_("この案件の募集は終了しました。"))
        shares = _shares(actor, poster, job, sheet)
        application = _application(actor, job, sheet, shares)
        if not add_once(application):
            return _sent_meanwhile(actor, job, sheet)
        rows = [*_answers(application, job, sheet), *(_share(application, *each) for each in enumerate(shares.items()))]
        db.session.add_all(rows)
        db.session.flush()
    ask_to_expire(application)
    if application.state is ApplicationState.OPEN:
        events.record(EventKind.APPLICATION_SENT, actor, job=job, team=sheet.team, application=application)
    for member in shares:
        if member.id != actor.id:
            told: Things = {"member": member, "job": job, "team": sheet.team, "application": application}
            events.record(EventKind.APPLICATION_ASKED, actor, **told)
    return application


def join(actor: Member, application: Application) -> None:
    """Take part in what the team sends; the last one's word sends it. Raises Conflict when that is not possible now."""
    require(policy.can_join(actor, application))
    job, team = application.job, application.team
    with holding_job(job), holding(application):
        share = _own_waiting(actor, application)
        if not job.is_open:
            raise Conflict(_("この案件の募集は終了しました。"))
        if team is None or teams.role_of(actor, team) is None or queries.offers(actor, job):
            raise Conflict(_("いまは、この応募に参加できません。チームのオーナーにお問い合わせください。"))
        if not sharing.is_whole([each.percent for each in application.shares]):
            raise Conflict(_("分け前の合計が100%ではないため、送れません。"))
        gone = queries.find_gone(application)
        if gone is not None:
            raise Conflict(
                _(
                    "%(name)sさんがチームを離れたため、この応募は送れません。"
                    "オーナーが取り下げると、もう一度応募できます。",
                    name=gone.nickname,
                )
            )
        share.confirmed_at = now()
        is_last = all(each.confirmed_at for each in application.shares)
        if is_last:
            _open(application, job)
    told: Things = {"job": job, "team": team, "application": application}
    events.record(EventKind.APPLICATION_JOINED, actor, member=application.applicant, **told)
    if is_last:
        ask_to_expire(application)
        events.record(EventKind.APPLICATION_SENT, application.applicant, **told)


def refuse(actor: Member, application: Application) -> None:
    """Do not take part: the application ends unsent, and the team is free to apply anew."""
    require(policy.can_refuse(actor, application))
    with holding(application):
        _own_waiting(actor, application).refused_at = now()
        end(application, ApplicationState.WITHDRAWN)
    told: Things = {"job": application.job, "team": application.team, "application": application}
    events.record(EventKind.APPLICATION_REFUSED, actor, member=application.applicant, **told)


def withdraw(actor: Member, application: Application, reason: str = "") -> None:
    """Take an application back, with a `reason` when it was accepted; raises Conflict when it is too late for that."""
    require(policy.can_withdraw(actor, application))
    if application.state is ApplicationState.OPEN and not application.waits(today()):
        raise Conflict(what_happened(application))
    end(application, ApplicationState.WITHDRAWN, reason=reason if application.awaits_terms else "")
    events.record(EventKind.APPLICATION_TAKEN, actor, job=application.job, application=application)


def accept_changes(actor: Member, application: Application, revision: int) -> None:
    """Say that one still applies for what the job says since `revision`; raises Conflict when it changed again."""
    require(policy.can_accept_changes(actor, application))
    with holding_job(application.job), holding(application):
        if not application.is_live:
            raise Conflict(what_happened(application))
        if revision != application.job.revision:
            raise Conflict(_("案件の内容が、もう一度変わりました。新しい内容を確かめてください。"))
        application.job_revision = revision


def _own_waiting(actor: Member, application: Application) -> ApplicationShare:
    share = application.share_of(actor.id)
    if not application.can_be_joined(today()):
        if application.state is ApplicationState.CONFIRMING:
            raise Conflict(_("参加を確認する期限が過ぎました。"))
        raise Conflict(what_happened(application))
    if not share.waits:
        raise Conflict(_("参加は、すでに確認されています。"))
    return share


def _open(application: Application, job: Job) -> None:
    """Let the client see it, who answers within the days that the job says."""
    application.state, application.opened_at = ApplicationState.OPEN, now()
    application.answer_by = today() + timedelta(days=job.answer_days)


def _application(actor: Member, job: Job, sheet: Sheet, shares: Mapping[Member, int]) -> Application:
    application = Application(
        job_id=job.id,
        applicant_id=actor.id,
        team_id=sheet.team.id if sheet.team else None,
        once=sheet.once,
        job_revision=job.revision,
        message=sheet.message,
        reward_yen=sheet.reward_yen,
        starts_on=sheet.starts_on,
        ends_on=sheet.ends_on,
        schedule=sheet.schedule,
        state=ApplicationState.CONFIRMING,
    )
    if sheet.team is not None:
        last = today() + timedelta(days=CONFIRM_WITHIN_DAYS)
        application.confirm_by = min(last, job.apply_until) if job.apply_until else last
    if set(shares) <= {actor}:
        _open(application, job)
    return application


def _sent_meanwhile(actor: Member, job: Job, sheet: Sheet) -> Application:
    """Return what the same press of the same form sent a moment ago; raises Conflict for another live application."""
    sent = queries.find_sent(actor, sheet.once)
    if sent is not None:
        return _as_sent(sent, sheet)
    own = queries.applied_to(actor, job)
    if own is not None and own.is_live:
        raise Conflict(_("この案件には、すでに応募しています。取り下げると、もう一度応募できます。"))
    if own is not None and own.lasts:
        raise Conflict(_("この案件では、あなたの応募がすでに条件の相談へ進んでいます。"))
    raise Conflict(_("このチームは、この案件にすでに応募しています。"))


def _as_sent(sent: Application, sheet: Sheet) -> Application:
    """Return what was sent; raises Conflict where the sheet says something else by now, which would be lost."""
    answers = {key: _as_stored(given) for key, given in sheet.answers.items() if given != ""}
    anew = (sheet.message, sheet.reward_yen, sheet.starts_on, sheet.ends_on, sheet.schedule, answers)
    said = (sent.message, sent.reward_yen, sent.starts_on, sent.ends_on, sent.schedule, queries.answers_to(sent))
    if said != anew:
        raise Conflict(_("前の内容で、すでに送られています。直すときは、取り下げてから、もう一度応募してください。"))
    return sent


def _as_stored(answer: str | float) -> str:
    return answer if isinstance(answer, str) else f"{answer:.15g}"


def _answers(application: Application, job: Job, sheet: Sheet) -> Iterator[ApplicationAnswer]:
    """Check that what is required was answered, and with what is asked for."""
    for question in queries.asked_in(job):
        given = sheet.answers.get(question.id, "")
        if given == "" and question.is_required:
            raise Invalid(_("「%(question)s」に答えてください。", question=question.question))
        if given == "":
            continue
        row = ApplicationAnswer(application_id=application.id, question_id=question.id, answer=str(given))
        if question.kind is QuestionKind.NUMBER:
            row.number = float(given)
            row.answer = _as_stored(row.number)
        elif (question.kind is QuestionKind.CHOICE and given not in question.choices) or (
            question.kind is QuestionKind.YES_NO and given not in {"yes", "no"}
        ):
            raise Invalid(_("「%(question)s」の答えを、選択肢から選んでください。", question=question.question))
        yield row


def _shares(actor: Member, poster: Member, job: Job, sheet: Sheet) -> Mapping[Member, int]:
    """Return who takes part with which percent, the owner first; raises Invalid unless all make exactly a hundred."""
    if sheet.team is None:
        return {}
    require(teams.role_of(actor, sheet.team) is Role.OWNER, _("チームでの応募は、オーナーだけができます。"))
    percents = {member.id: percent for member, percent in sheet.shares.items()}
    people = {actor.id: actor} | {member.id: member for member in sheet.shares}
    shares = {member: percents.get(number, 0) for number, member in people.items()}
    if not sharing.is_whole(list(shares.values())):
        total = sum(shares.values())
        raise Invalid(_("分け前の合計が100%%になるように入力してください。いまは%(total)s%%です。", total=total))
    for member in shares:
        hidden = member.id != actor.id and follows.blocked_either_way(poster, member)
        if hidden or queries.offers(member, job) or teams.role_of(member, sheet.team) is None:
            raise Invalid(_("%(name)sさんは、この応募に加えられません。", name=member.nickname))
    return shares


def _share(application: Application, position: int, part: tuple[Member, int]) -> ApplicationShare:
    member, percent = part
    is_owner = member.id == application.applicant_id
    return ApplicationShare(
        application_id=application.id,
        member_id=member.id,
        position=position,
        percent=percent,
        confirmed_at=now() if is_owner else None,
    )
