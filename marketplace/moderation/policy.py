"""Who may show what to the moderators, and what a moderator may do: never in a matter of their own."""

from marketplace.accounts.models import Member
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


def can_moderate(actor: Member) -> bool:
    """Moderators."""
    return actor.is_moderator


def can_look_into(actor: Member, case: Case) -> bool:
    """Moderators whom it does not concern."""
    return actor.is_moderator and not queries.concerns(case, actor)


def can_decide(actor: Member, case: Case) -> bool:
    """Moderators whom it does not concern."""
    return actor.is_moderator and not queries.concerns(case, actor)


def can_restore(actor: Member, case: Case) -> bool:
    """Moderators whom it does not concern."""
    return actor.is_moderator and not queries.concerns(case, actor)


def can_appeal(actor: Member, decision: Decision) -> bool:
    """Whoever is responsible for what was decided about; for a team one of its owners."""
    case = decision.case
    if case.subject is SubjectKind.TEAM:
        return queries.owns_team(actor, case.subject_id)
    return case.member_id == actor.id


def can_decide_appeal(actor: Member, filed: Appeal) -> bool:
    """Moderators who did not make the decision, and whom it does not concern."""
    is_another = actor.id not in {filed.against_id, filed.member_id}
    return actor.is_moderator and is_another and not queries.concerns(filed.decision.case, actor)
