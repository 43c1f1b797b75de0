"""The top page, マイページ, the language switch, pages that explain, and what a watchdog asks."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, local_path, public
from blueprints.days import left_of
from blueprints.home import front, readiness, work
from marketplace import waiting
from marketplace.careers import queries as careers
from marketplace.circles.suggestions import suggestions_and_circle
from marketplace.clock import today
from marketplace.i18n import LANGUAGES
from marketplace.messages import queries as messages
from marketplace.profiles.completeness import completeness_of

bp = Blueprint("home", __name__)

THREADS_SHOWN = 3
CONTRACTS_SHOWN = 3
FOLLOWERS_SHOWN = 3
SUGGESTIONS_SHOWN = 3


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """Show a visitor what this is, and a member マイページ; `?find=jobs` looks for jobs in place of workers."""
    if current_member:
        return mypage()
    return render_template("home/index.html", front=front.front(), finds_jobs=request.args.get("find") == "jobs")


@bp.get("/mypage")
def mypage() -> ResponseReturnValue:
    """Show what waits for the member, how others see them, and what to do first."""
    own, counts = careers.own_with_counts(current_member)
    suggestions, circle = suggestions_and_circle(current_member, SUGGESTIONS_SHOWN)
    fits, connected = work.shown_to(current_member, circle)
    return render_template(
        "home/mypage.html",
        waits=waiting.waiting_for(current_member, running=CONTRACTS_SHOWN, followers=FOLLOWERS_SHOWN),
        today=today(),
        left_of=left_of,
        profile=own.profile,
        completeness=completeness_of(own, skills=counts["skills"], careers=counts["careers"]),
        expired=counts["expired"],
        threads=messages.inbox_of(current_member).rows[:THREADS_SHOWN],
        suggestions=suggestions,
        fits=fits,
        connected=connected,
    )


@bp.get("/about")
@public
def about() -> str:
    """Tell what this site is and who keeps it."""
    return render_template("home/about.html")


@bp.get("/terms")
@public
def terms() -> str:
    """Tell what members and the operator promise each other."""
    return render_template("home/terms.html")


@bp.get("/privacy")
@public
def privacy() -> str:
    """Tell what is kept of whom, why, and for how long."""
    return render_template("home/privacy.html")


@bp.get("/search-help")
@public
def search_help() -> str:
    """Tell how to search, and by what the results are ordered."""
    return render_template("home/search_help.html")


@bp.post("/language")
@public
def language() -> ResponseReturnValue:
    """Speak another language from now on, on the page where it was chosen."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if current_member:
            current_member.language = chosen
    return redirect(local_path(request.form.get("next")))


@bp.get("/healthz")
@public
def healthz() -> Response:
    """Tell that the process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Tell whether the process can do its work, and if not, for want of what."""
    checks = readiness.checks()
    is_ready = all(checks.values())
    words = {name: "ok" if is_good else "failing" for name, is_good in checks.items()}
    return jsonify(status="ok" if is_ready else "failing", checks=words), 200 if is_ready else 503
