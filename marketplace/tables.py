"""Imports every module of models, so that the metadata is whole."""

from marketplace.accounts import models as accounts
from marketplace.applications import models as applications
from marketplace.audit import models as audit
from marketplace.careers import models as careers
from marketplace.circles import models as circles
from marketplace.companies import models as companies
from marketplace.contracts import models as contracts
from marketplace.db import Model
from marketplace.events import models as events
from marketplace.follows import models as follows
from marketplace.jobs import models as jobs
from marketplace.leaving import models as leaving
from marketplace.messages import models as messages
from marketplace.moderation import models as moderation
from marketplace.notifications import models as notifications
from marketplace.outbox import Errand
from marketplace.payouts import models as payouts
from marketplace.pledges import models as pledges
from marketplace.profiles import models as profiles
from marketplace.saved_searches import models as saved_searches
from marketplace.teams import models as teams
from marketplace.transparency import models as transparency
from marketplace.verification import models as verification

__all__ = [
    "Errand",
    "accounts",
    "applications",
    "audit",
    "careers",
    "circles",
    "companies",
    "contracts",
    "events",
    "follows",
    "jobs",
    "leaving",
    "messages",
    "metadata",
    "moderation",
    "notifications",
    "payouts",
    "pledges",
    "profiles",
    "saved_searches",
    "teams",
    "transparency",
    "verification",
]

metadata = Model.metadata
