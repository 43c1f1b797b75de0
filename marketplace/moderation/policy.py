"""Who may show what to the moderators, and what a moderator may do: never in a matter of their own."""

from marketplace.accounts.models import Member
from marketplace.careers.models import SkillAlias
from marketplace.companies import queries as companies
from marketplace.companies.models import Company
from marketplace.contracts.models import Review
from marketplace.jobs.models import Job
from marketplace.messages.models import Message
from marketplace.messages.queries import Thread
from marketplace.moderation import queries
from marketplace.moderation.models import Appeal, Case, Decision, SubjectKind
from marketplace.teams import queries as teams
from marketplace.teams.models import Team


def can_report_message(actor: Member, thread: Thread, message: Message) -> bool:
    """Whoever takes part may report what the other wrote, also after a block."""
    is_of_the_other = (message.conversation_id, message.sender_id) == (thread.conversation.id, thread.theirs.member_id)
    return thread.mine.member_id == actor.id and is_of_the_other


def can_report_member(actor: Member, member: Member) -> bool:
    """Anybody else."""
    return actor.id != member.id


def can_report_team(actor: Member, team: Team) -> bool:
    """Whoever is not in it."""
    return team.is_live and teams.role_of(actor, team) is None


def can_report_company(actor: Member, company: Company) -> bool:
    """Whoever does not belong to it."""
    return company.is_live and companies.role_of(actor, company) is None


def can_report_job(actor: Member, job: Job) -> bool:
    """Whoever did not post it."""
    return job.poster_id != actor.id


def can_report_review(actor: Member, review: Review) -> bool:
    """Whoever did not write it, whom it is about too, as soon as it is revealed."""
    return review.author_id != actor.id and review.is_revealed


def can_moderate(actor: Member) -> bool:
    """Moderators."""
    return actor.is_moderator


def can_look_into(actor: Member, case: Case) -> bool:
    """Moderators whom it does not concern."""
    return actor.is_moderator and not queries.concerns(case, actor)


def can_open_about(actor: Member, case: Case, member: Member) -> bool:
    """Moderators whom it does not concern, about whoever is responsible for something that is no profile."""
    if case.subject is SubjectKind.MEMBER or not queries.is_responsible(case, member):
        return False
    return actor.is_moderator and not queries.concerns(case, actor)


def can_decide(actor: Member, case: Case) -> bool:
    """Moderators whom it does not concern."""
    return actor.is_moderator and not queries.concerns(case, actor)


def can_restore(actor: Member, case: Case) -> bool:
    """Moderators whom it does not concern."""
    return actor.is_moderator and not queries.concerns(case, actor)


def can_appeal(actor: Member, decision: Decision) -> bool:
    """Whoever is responsible for what was decided about; for a team or a company one of its owners."""
    return queries.is_responsible(decision.case, actor)


def can_decide_appeal(actor: Member, filed: Appeal) -> bool:
    """Moderators who did not make the decision, and whom it does not concern."""
    is_another = actor.id not in {filed.against_id, filed.member_id}
    return actor.is_moderator and is_another and not queries.concerns(filed.decision.case, actor)


def can_leave_name(actor: Member, found: queries.LookAlike) -> bool:
    """Moderators, about others."""
    return _may_settle(actor, found)


def can_question_name(actor: Member, found: queries.LookAlike) -> bool:
    """Moderators, about others."""
    return _may_settle(actor, found)


def can_add_alias(actor: Member) -> bool:
    """Moderators."""
    return actor.is_moderator


def can_remove_alias(actor: Member, alias: SkillAlias) -> bool:
    """Moderators; that a skill keeps its own name is seen to by the verb."""
    return actor.is_moderator


def _may_settle(actor: Member, found: queries.LookAlike) -> bool:
    """Neither about their own name or what they belong to, nor about who looks like them."""
    own = queries.own_ids(actor, found.subject)
    return actor.is_moderator and own.isdisjoint({found.alike.id, found.original.id})
