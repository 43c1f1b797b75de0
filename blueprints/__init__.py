"""HTTP in, HTML out: the table of blueprints and what every answer has in common."""

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect

import blueprints.accounts.privacy
import blueprints.accounts.second_factor
import blueprints.accounts.settings
import blueprints.applications.answering
import blueprints.companies.belongings
import blueprints.companies.places
import blueprints.contracts.doing
import blueprints.contracts.ending
import blueprints.contracts.notices
import blueprints.contracts.offers
import blueprints.contracts.paying
import blueprints.contracts.shares
import blueprints.contracts.terms
import blueprints.filing.agreements
import blueprints.follows.contacts
import blueprints.jobs.fitting
import blueprints.jobs.handling
import blueprints.jobs.questions
import blueprints.jobs.showing
import blueprints.messages.downloads
import blueprints.messages.handling
import blueprints.messages.live
import blueprints.moderation.appeals
import blueprints.moderation.bank_accounts
import blueprints.moderation.companies
import blueprints.moderation.figures
import blueprints.moderation.look_alikes
import blueprints.moderation.skills
import blueprints.moderation.trail
import blueprints.payouts.choosing
import blueprints.teams.offers
import blueprints.teams.places
import blueprints.verification.office  # noqa: F401 - their routes belong to the blueprints of those features
from blueprints import (
    access,
    arriving,
    assets,
    carrying,
    converters,
    errors,
    headers,
    jinja,
    leading,
    office,
    unasked,
    units,
)
from blueprints.accounts import security
from blueprints.accounts.routes import bp as accounts
from blueprints.applications.routes import bp as applications
from blueprints.careers.routes import bp as careers
from blueprints.circles.routes import bp as circles
from blueprints.companies.routes import bp as companies
from blueprints.contracts.routes import bp as contracts
from blueprints.drafts.routes import bp as drafts
from blueprints.feeds.routes import bp as feeds
from blueprints.filing.routes import bp as filing
from blueprints.follows.routes import bp as follows
from blueprints.home.routes import bp as home
from blueprints.jobs.routes import bp as jobs
from blueprints.leaving.routes import bp as leaving
from blueprints.messages.routes import bp as messages
from blueprints.moderation.routes import bp as moderation
from blueprints.notifications.routes import bp as notifications
from blueprints.notifications.routes import unsubscribe
from blueprints.payouts.routes import bp as payouts
from blueprints.pledges.routes import bp as pledges
from blueprints.profiles.routes import bp as profiles
from blueprints.reports.routes import bp as reports
from blueprints.reviews.routes import bp as reviews
from blueprints.saved_searches.routes import bp as saved_searches
from blueprints.saved_searches.routes import unsubscribe as unsubscribe_from_searches
from blueprints.search.routes import bp as search
from blueprints.secrecy.routes import bp as secrecy
from blueprints.suggestions.routes import bp as suggestions
from blueprints.teams.routes import bp as teams
from blueprints.transparency.routes import bp as transparency
from blueprints.verification.routes import bp as verification
from marketplace.config import Settings

BLUEPRINTS = (
    *(home, accounts, profiles, careers, follows, circles, suggestions, companies, teams),
    *(jobs, applications, contracts),
    *(messages, notifications, drafts, search, saved_searches, reports, moderation),
    *(verification, pledges, transparency, payouts, leaving),
    *(reviews, filing, feeds, secrecy),
)


def init_app(app: Flask, settings: Settings) -> None:
    """Register everything the web consists of on `app`. Whoever comes first sees a request first and an answer last."""
    arriving.init_app(app)
    leading.init_app(app)
    converters.init_app(app)
    headers.init_app(app, settings)
    units.init_app(app)
    unasked.init_app(app)
    errors.init_app(app)
    security.init_app(app)
    office.init_app(app)
    access.init_app(app)
    carrying.init_app(app)
    csrf = CSRFProtect(app)
    csrf.exempt(unsubscribe)
    csrf.exempt(unsubscribe_from_searches)
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    Bootstrap5(app)
    assets.init_app(app)
    jinja.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
