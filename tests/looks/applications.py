"""The list of pages around applications, and the numbers in their addresses."""

from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.applications.models import Application, ApplicationShare, ApplicationState
from marketplace.jobs.models import Job, JobState
from tests.looks.deeds import press, type_in
from tests.looks.shown import MEMBER, Shown

ASKED = "satoshi-aizawa"
"""Is named in an application that their team cannot send without them."""
CLIENT = "tomo-client"
"""Has accepted MEMBER's application, and proposed no terms yet."""
APPLY = "/jobs/{job_of_another}/apply"
RECEIVED = "/jobs/{job_with_applications}/applications"
ONE = f"{RECEIVED}/{{application_received}}"
ACCEPTED = "/jobs/{job_of_accepted}/applications/{application_accepted}"
OWN = "/applications/{application_sent}"
MESSAGE = "看板も品書きも、同じ手で描きます。\n\n見本を三つお見せできます。"

APPLICATIONS = (
    Shown("apply", "applications.apply", APPLY, MEMBER),
    Shown("apply-errors", "applications.apply", APPLY, MEMBER, type_in(message="", reward="無料")),
    Shown("apply-look", "applications.apply", APPLY, MEMBER, type_in(message=MESSAGE, reward="48,000")),
    Shown("apply-team", "applications.apply", f"{APPLY}?team=tetsuduki-memo", MEMBER),
    Shown("applications", "applications.index", "/applications", MEMBER),
    Shown("applications-all", "applications.index", "/applications?tab=all", MEMBER),
    Shown("applications-asked", "applications.index", "/applications", ASKED),
    Shown("application", "applications.show", OWN, MEMBER),
    Shown("application-declined", "applications.show", "/applications/{application_declined}", MEMBER),
    Shown("application-accepted", "applications.show", "/applications/{application_accepted}", MEMBER),
    Shown("application-withdraw", "applications.withdraw", f"{OWN}/withdraw", MEMBER),
    Shown(
        "application-withdraw-accepted",
        "applications.withdraw",
        "/applications/{application_accepted}/withdraw",
        MEMBER,
    ),
    Shown("application-join", "applications.join", "/applications/{application_asked}/join", ASKED),
    Shown("mypage-asked", "home.mypage", "/mypage", ASKED),
    Shown("received", "applications.received", RECEIVED, MEMBER),
    Shown("received-sift", "applications.received", f"{RECEIVED}?sort=dearest", MEMBER, press(".sift summary")),
    Shown("received-none", "applications.received", f"{RECEIVED}?state=expired", MEMBER),
    Shown("received-one", "applications.review", ONE, MEMBER),
    Shown("received-team", "applications.review", f"{RECEIVED}/{{application_of_team}}", MEMBER),
    Shown("received-accept", "applications.accept", f"{ONE}/accept", MEMBER),
    Shown("received-accepted", "applications.review", ACCEPTED, CLIENT),
    Shown("received-take-back", "applications.take_back", f"{ACCEPTED}/take-back", CLIENT),
    Shown("received-decline", "applications.decline", f"{RECEIVED}/decline?chosen={{application_received}}", MEMBER),
)


def numbers_of(member: Member) -> dict[str, int]:
    """Return what stands in these addresses for MEMBER, who has posted a job and applied for others."""

    def first(column: object, *conditions: object) -> int:
        found = select(func.min(column)).select_from(Application).join(Job, Job.id == Application.job_id)  # type: ignore[arg-type]
        return db.db.session.scalars(found.where(*conditions)).one()  # type: ignore[arg-type, return-value]

    received, sent = Job.poster_id == member.id, Application.applicant_id == member.id
    is_open = Application.state == ApplicationState.OPEN
    others = select(func.min(Job.id)).where(Job.poster_id != member.id, Job.state == JobState.OPEN)
    applied = select(Application.job_id).where(sent)
    asked = select(func.min(ApplicationShare.application_id)).join(Member).where(Member.username == ASKED)
    return {
        "job_with_applications": first(Application.job_id, received),
        "job_of_another": db.db.session.scalars(others.where(Job.id.not_in(applied))).one(),
        "application_received": first(Application.id, received),
        "application_of_team": first(Application.id, received, Application.team_id.is_not(None)),
        "application_sent": first(Application.id, sent, is_open),
        "application_declined": first(Application.id, sent, Application.state == ApplicationState.DECLINED),
        "application_accepted": first(Application.id, sent, Application.state == ApplicationState.ACCEPTED),
        "job_of_accepted": first(Application.job_id, sent, Application.state == ApplicationState.ACCEPTED),
        "application_asked": db.db.session.scalars(asked).one(),
    }
