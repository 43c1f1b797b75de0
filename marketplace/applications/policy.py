"""Who may do what about an application: members apply, those named take part, the poster of the job answers."""

from marketplace.accounts.models import Member
from marketplace.applications import queries
from marketplace.applications.models import Application, ApplicationState
from marketplace.jobs.models import Job


def can_apply(actor: Member, job: Job) -> bool:
    """Every member, but for a job of their own or of their company; whether it is open the verb sees."""
    return bool(actor) and not queries.offers(actor, job)


def can_join(actor: Member, application: Application) -> bool:
    """Whoever is named in a team's application, beside the owner who sent it."""
    return _is_named(actor, application)


def can_refuse(actor: Member, application: Application) -> bool:
    """Whoever is named in a team's application, beside the owner who sent it."""
    return _is_named(actor, application)


def can_withdraw(actor: Member, application: Application) -> bool:
    """Whoever applied."""
    return application.applicant_id == actor.id


def can_accept_changes(actor: Member, application: Application) -> bool:
    """Whoever applied."""
    return application.applicant_id == actor.id


def can_answer(actor: Member, application: Application) -> bool:
    """The poster of the job, once the application was sent to them."""
    return application.job.poster_id == actor.id and application.state is not ApplicationState.CONFIRMING


def can_take_back(actor: Member, application: Application) -> bool:
    """The poster of the job, once the application was sent to them."""
    return can_answer(actor, application)


def can_annotate(actor: Member, application: Application) -> bool:
    """The poster of the job, once the application was sent to them."""
    return can_answer(actor, application)


def _is_named(actor: Member, application: Application) -> bool:
    return application.applicant_id != actor.id and any(each.member_id == actor.id for each in application.shares)
