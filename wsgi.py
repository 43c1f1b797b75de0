"""The composition root: the only module that sees every layer."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

import blueprints
from blueprints.accounts import mails
from blueprints.companies import mails as company_mails
from blueprints.language import chosen_language, chosen_zone
from blueprints.leaving import mails as leaving_mails
from blueprints.notifications import mails as notification_mails
from blueprints.payouts import mails as payout_mails
from blueprints.reports import mails as decision_mails
from blueprints.saved_searches import mails as search_mails
from blueprints.search import matching
from marketplace import commands, db, errands, limits, logs, mail, outbox, searchable, stocktaking, storage, vault
from marketplace.accounts import service as accounts
from marketplace.applications import service as applications
from marketplace.careers import queries as careers
from marketplace.companies import queries as company_questions
from marketplace.companies import service as companies
from marketplace.config import Settings
from marketplace.contracts import files as contract_files
from marketplace.contracts import queries as contract_questions
from marketplace.contracts import service as contracts
from marketplace.contracts.queries import secrecy as agreements
from marketplace.contracts.service import reviews, secrecy_papers
from marketplace.events import service as events
from marketplace.follows.service import BLOCKED
from marketplace.jobs import queries as job_questions
from marketplace.jobs import service as jobs
from marketplace.leaving import agreed, applied, areas, done, erasures, posted
from marketplace.leaving import queries as departures
from marketplace.leaving import service as leaving
from marketplace.messages import files as messages
from marketplace.messages import service as threads
from marketplace.messages import watching
from marketplace.moderation import queries as reports
from marketplace.moderation import service as moderation
from marketplace.notifications import bundles
from marketplace.notifications import service as notifications
from marketplace.payouts import service as payouts
from marketplace.payouts.models import BankAccount
from marketplace.profiles import queries as profiles
from marketplace.profiles import service as profile_verbs
from marketplace.saved_searches import bundles as search_bundles
from marketplace.saved_searches import service as saved_searches
from marketplace.teams import queries as team_questions
from marketplace.teams import service as teams
from marketplace.verification import queries as paper_questions
from marketplace.verification import service as verification
from marketplace.verification.models import IdentityDocument
from search_index import commands as search_commands
from search_index import sync

ROOT = Path(__file__).resolve().parent
MOST_BYTES_OF_A_REQUEST = 32 * 1024 * 1024
"""30 MB of files, as the pages say, and room for the fields and what stands between the parts."""
MOST_BYTES_OF_FIELDS = 1024 * 1024
MOST_PARTS_OF_A_FORM = 500


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application for `settings` (default: the environment's)."""
    settings = settings or Settings.from_environment()
    logs.init()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = Flask("wsgi", root_path=str(ROOT))
    app.extensions["settings"] = settings
    _configure(app, settings)
    db.init_app(app, settings)
    searchable.follow_changes()
    storage.init(settings.storage_dir)
    vault.init(settings.key_store_dir, settings.secret_key)
    mail.init_app(app, settings)
    limits.init_app(app, settings)
    Babel(
        app,
        default_translation_directories=str(ROOT / "marketplace" / "translations"),
        locale_selector=chosen_language,
        timezone_selector=chosen_zone,
    )
    Compress(app)
    blueprints.init_app(app, settings)
    errands.init_app(app, settings)
    watching.init_app(app)
    commands.init_app(app)
    sync.init_app(app)
    search_commands.init_app(app)
    _let_follow()
    return app


def _let_follow() -> None:
    """Say what is done after a commit, what every night, and which files are kept."""
    outbox.subscribe(mails.TOPIC, mails.deliver)
    outbox.subscribe(companies.MAIL, company_mails.deliver)
    outbox.subscribe(events.RECORDED, _follow_up)
    outbox.subscribe(bundles.MAIL, notification_mails.deliver)
    outbox.subscribe(decision_mails.TOPIC, decision_mails.deliver)
    outbox.subscribe(payouts.MAIL, payout_mails.deliver)
    outbox.subscribe(payouts.DESTROY_KEY, payouts.destroy_key)
    outbox.subscribe(storage.DELETE, lambda errand_id, payload: storage.delete(payload["key"]))
    outbox.subscribe(threads.SAME_TEXT, moderation.flag_same_text)
    outbox.subscribe(BLOCKED, _part)
    outbox.subscribe(profile_verbs.RENAMED, verification.compare_anew)
    outbox.subscribe(contracts.NOTICE, contracts.make_notices)
    outbox.subscribe(verification.DESTROY, verification.destroy)
    outbox.subscribe(verification.EXPIRE, verification.expire)
    outbox.subscribe_in_batches(searchable.TOPIC, sync.refresh)
    _let_work()
    _let_leave()
    errands.every_night(accounts.forget_old)
    errands.every_night(messages.forget_unsent)
    errands.every_night(notifications.forget_old)
    errands.every_night(teams.expire)
    errands.every_night(companies.expire)
    errands.every_night(companies.forget_old)
    errands.every_night(verification.expire_overdue)
    errands.every_night(payouts.compare_names)
    errands.every_night(reviews.reveal_due)
    errands.every_night(stocktaking.take_stock)
    stocktaking.keep(profiles.PICTURES)
    stocktaking.keep(careers.ATTACHMENTS)
    stocktaking.keep(messages.SHELF)
    stocktaking.keep(team_questions.PICTURES)
    stocktaking.keep(reports.EVIDENCE)
    stocktaking.keep(company_questions.PICTURES)
    stocktaking.keep(paper_questions.PAPERS)
    stocktaking.keep(contract_questions.SHELF)
    stocktaking.keep_keys(IdentityDocument.vault_key)
    stocktaking.keep_keys(BankAccount.key_name)
    stocktaking.keep(departures.EXPORTS)


def _let_work() -> None:
    """Say what follows from jobs, applications and contracts."""
    outbox.subscribe(jobs.EXPIRE, jobs.expire)
    outbox.subscribe(applications.EXPIRE, applications.expire)
    outbox.subscribe(applications.CLOSE, applications.close_all_of)
    outbox.subscribe(contracts.TEND, contracts.tend)
    outbox.subscribe(secrecy_papers.PAPER, secrecy_papers.make_paper)
    outbox.subscribe_in_batches(saved_searches.LOOK, saved_searches.part)
    outbox.subscribe(saved_searches.ASK, matching.ask)
    outbox.subscribe(search_bundles.MAIL, search_mails.deliver)
    errands.every_night(jobs.move_merged)
    errands.every_night(contracts.move_merged)
    errands.every_night(jobs.expire_overdue)
    errands.every_night(jobs.end_unvouched)
    errands.every_night(saved_searches.forget_old)
    errands.every_night(applications.expire_overdue)
    errands.every_night(contracts.tend_all)
    stocktaking.keep(job_questions.FILES)
    stocktaking.keep(contract_files.SHELF)
    stocktaking.keep(agreements.PAPERS)


def _let_leave() -> None:
    """Say what follows an export and a departure; what a feature's rows become stands in its `Erasure`."""
    outbox.subscribe(leaving.BEGIN, leaving.begin_export)
    outbox.subscribe(leaving.MAKE, leaving.make_export)
    outbox.subscribe(leaving.EXPIRE, leaving.expire_export)
    outbox.subscribe(leaving.MAIL, leaving_mails.deliver)
    outbox.subscribe(leaving.ERASE, leaving.erase)
    outbox.subscribe_in_batches(leaving.ERASED, sync.purge)
    errands.every_night(leaving.erase_due)
    erasures.include_all()
    areas.include("applications", applied.applications)
    areas.include("contracts", done.contracts)
    areas.include("jobs", posted.jobs)
    areas.include("contract-notices", agreed.notices)


def _follow_up(errand_id: int, payload: outbox.Payload) -> None:
    # First what an event moves or ends (what a merged company had, requests that friends no longer need, full jobs,
    # their applications), then who is told.
    jobs.follow_merger(payload["id"])
    contracts.follow_merger(payload["id"])
    threads.let_friends_in(payload["id"])
    jobs.end_for_company(payload["id"])
    contracts.end_full_job(payload["id"])
    applications.follow(payload["id"])
    notifications.notify(payload["id"])
    saved_searches.follow_publishing(payload["id"])


def _part(errand_id: int, payload: outbox.Payload) -> None:
    teams.end_between(*payload["pair"])
    applications.end_between(*payload["pair"])
    contracts.end_between(*payload["pair"])


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=settings.trusted_hosts,
        MAX_CONTENT_LENGTH=MOST_BYTES_OF_A_REQUEST,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES_OF_FIELDS,
        MAX_FORM_PARTS=MOST_PARTS_OF_A_FORM,
        SESSION_COOKIE_NAME="musubi",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        # Sent with each answer, the cookie would travel with files that are kept for good, and overtake newer ones.
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="ja",
        BABEL_DEFAULT_TIMEZONE="Asia/Tokyo",
        # Compressing a file as it is streamed leaves the file open (Flask-Compress 1.25); blueprints.assets sends ours.
        COMPRESS_STREAMS=False,
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"],
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
