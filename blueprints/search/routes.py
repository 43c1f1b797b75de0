"""ワーカーを探す, お手伝い・お仕事を探す."""

from typing import TypeVar
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import public, viewer
from blueprints.search import findings, job_findings, job_words, words
from blueprints.search.job_state import JobSearchState
from blueprints.search.state import Search, SearchState
from marketplace import limits
from marketplace.accounts.models import Member
from marketplace.addresses import PREFECTURES, municipalities_of
from marketplace.careers import queries as careers
from marketplace.circles import queries as circles
from marketplace.circles.queries import Circle
from marketplace.follows import queries as follows
from marketplace.jobs.categories import Category
from marketplace.jobs.models import JobKind, RewardKind
from search_index import Facets, IndexMissing, JobFacets, Results, search, search_jobs, search_teams, sync

bp = Blueprint("search", __name__)

RETRY_AFTER_SECONDS = 10


_State = TypeVar("_State", bound=Search)


@bp.get("/workers")
@public
def workers() -> ResponseReturnValue:
    """Find workers by words and filters; the query string is the whole state."""
    member = _asking()
    state = SearchState.read(request.args, is_member=member is not None)
    if request.args.get("kind") == "teams":
        return _teams(state.words, member)
    state = _with_named_skill(state)
    circle = circles.circle_of(member) if member and state.asks_for_circle else Circle()
    hidden = follows.hidden_ids_of(member)
    try:
        results = _found(state, circle, hidden)
    except IndexMissing:
        return _preparing(state)
    names = careers.skill_names_of({*state.skills, *(key for key, count in results.facets.skills)})
    chosen = words.chosen(state, names)
    page = render_template(
        "search/workers.html",
        state=state,
        results=results,
        cards=findings.cards(results, member, state),
        chosen=chosen,
        summaries=words.summaries(state, names),
        skills=findings.suggested_skills(results.facets.skills, state.skills, names),
        skill_names=names,
        bars=findings.bars(results.facets.rates, state.rate_from, state.rate_to),
        way_out=None if results.total else findings.way_out(chosen, lambda each: _found(each, circle, hidden).total),
        prefectures=PREFECTURES,
        municipalities={code: municipalities_of(code) for code in state.places},
        words=words,
        url_of=_url_of,
    )
    # Without what was left empty in the form.
    return page, 200, {"HX-Push-Url": _url_of(state)}


@bp.get("/jobs")
@public
def jobs() -> ResponseReturnValue:
    """Find open jobs as workers are found."""
    member = _asking()
    state = _with_named_skill(JobSearchState.read(request.args, is_member=member is not None))
    circle = circles.circle_of(member, with_clients=True) if member and state.asks_for_circle else Circle()
    hidden = follows.hidden_ids_of(member)
    try:
        results = _found_jobs(state, circle, hidden)
    except IndexMissing:
        return _preparing(state)
    names = careers.skill_names_of({*state.skills, *(key for key, count in results.facets.skills)})
    chosen = job_words.chosen(state, names)
    page = render_template(
        "search/jobs.html",
        state=state,
        results=results,
        cards=job_findings.cards(results, member, state),
        chosen=chosen,
        summaries=job_words.summaries(state, names),
        skills=findings.suggested_skills(results.facets.skills, state.skills, names),
        skill_names=names,
        bars=findings.bars(results.facets.rewards, state.reward_from, state.reward_to),
        way_out=None
        if results.total
        else findings.way_out(chosen, lambda each: _found_jobs(each, circle, hidden).total),
        prefectures=PREFECTURES,
        municipalities={code: municipalities_of(code) for code in state.places},
        kinds=list(JobKind),
        categories=list(Category),
        pays=list(RewardKind),
        words=words,
        job_words=job_words,
        url_of=_url_of,
    )
    return page, 200, {"HX-Push-Url": _url_of(state)}


def _asking() -> Member | None:
    """Return who asks, unless they have asked too often."""
    member = viewer()
    limits.check(
        limits.Action.SEARCH,
        account=member.id if member else None,
        address=None if member else request.remote_addr,
    )
    return member


def _found(state: SearchState, circle: Circle, hidden: frozenset[int]) -> Results[Facets]:
    near = (circle.friends, circle.friends_of_friends)
    return search(state.words, state.filters(circle, hidden), sort=state.order, cursor=state.cursor, circles=near)


def _found_jobs(state: JobSearchState, circle: Circle, hidden: frozenset[int]) -> Results[JobFacets]:
    near = (circle.friends, circle.friends_of_friends)
    return search_jobs(state.words, state.filters(circle, hidden), sort=state.order, cursor=state.cursor, circles=near)


def _teams(typed: str, member: Member | None) -> ResponseReturnValue:
    """Find teams by words, beside workers."""
    try:
        results = search_teams(typed, cursor=request.args.get("after"))
    except IndexMissing:
        return _preparing(SearchState(words=typed))
    return render_template(
        "search/teams.html",
        typed=typed,
        results=results,
        cards=findings.team_cards(results, member),
        url_of=lambda cursor: url_for(".workers", kind="teams", q=typed or None, after=cursor),
    )


def _preparing(state: Search) -> ResponseReturnValue:
    sync.ask_for_rebuild()
    page = render_template("search/preparing.html", state=state)
    return page, 503, {"Retry-After": str(RETRY_AFTER_SECONDS)}


def _url_of(state: Search, cursor: str | None = None) -> str:
    """Return the address of a search; `cursor` leads to another of its pages."""
    pairs = [pair for pair in state.pairs() if not cursor or pair[0] != "after"]
    if cursor:
        pairs.append(("after", cursor))
    query = urlencode(pairs)
    return url_for(state.ENDPOINT) + (f"?{query}" if query else "")


def _with_named_skill(state: _State) -> _State:
    """Add the skill that was typed by its name; a name that means none stays what was typed."""
    skill = careers.find_skill(state.skill_name) if state.skill_name else None
    if skill is None:
        return state
    return state.without(skills=tuple(dict.fromkeys((*state.skills, skill.id))), skill_name="")
