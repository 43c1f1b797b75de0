"""Open jobs that fit what the member can do."""

from flask import render_template, request

from blueprints.access import current_member
from blueprints.jobs.routes import bp
from marketplace.circles import queries as circles
from marketplace.jobs.queries.fitting import fitting as fitting_jobs


@bp.get("/jobs/fitting")
def fitting() -> str:
    """Show the jobs that ask for skills of the member, each with the reason, and how its poster is connected."""
    page = fitting_jobs(current_member, request.args.get("after"))
    ties = circles.connections(current_member, [fit.job.poster for fit in page.rows])
    return render_template("jobs/fitting.html", page=page, ties=ties)
