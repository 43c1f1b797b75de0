"""ワーカーを探す."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import public, viewer
from blueprints.search import findings, words
from blueprints.search.state import SearchState
from marketplace import limits
from marketplace.accounts.models import Member
from marketplace.addresses import PREFECTURES, municipalities_of
from marketplace.careers import queries as careers
from marketplace.circles import queries as circles
from marketplace.circles.queries import Circle
from marketplace.follows import queries as follows
from search_index import Facets, IndexMissing, Results, search, search_teams, sync

bp = Blueprint("search", __name__)

RETRY_AFTER_SECONDS = 10


@bp.get("/workers")
@public
def workers() -> ResponseReturnValue:
    """Find workers by words and filters; the query string is the whole state."""
    member = viewer()
    limits.check(
        limits.Action.SEARCH,
        account=member.id if member else None,
        address=None if member else request.remote_addr,
    )
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
        skills=findings.suggested_skills(results, state, names),
        skill_names=names,
        bars=findings.bars(results, state),
        way_out=findings.way_out(chosen, circle, hidden) if chosen and not results.total else None,
        prefectures=PREFECTURES,
        municipalities={code: municipalities_of(code) for code in state.places},
        words=words,
        url_of=_url_of,
    )
    # Without what was left empty in the form.
    return page, 200, {"HX-Push-Url": _url_of(state)}


def _found(state: SearchState, circle: Circle, hidden: frozenset[int]) -> Results[Facets]:
    near = (circle.friends, circle.friends_of_friends)
    return search(state.words, state.filters(circle, hidden), sort=state.order, cursor=state.cursor, circles=near)


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


def _preparing(state: SearchState) -> ResponseReturnValue:
    sync.ask_for_rebuild()
    page = render_template("search/preparing.html", state=state)
    return page, 503, {"Retry-After": str(RETRY_AFTER_SECONDS)}


def _url_of(state: SearchState, cursor: str | None = None) -> str:
    """Return the address of a search; `cursor` leads to another of its pages."""
    pairs = [pair for pair in state.pairs() if not cursor or pair[0] != "after"]
    if cursor:
        pairs.append(("after", cursor))
    query = urlencode(pairs)
    return url_for("search.workers") + (f"?{query}" if query else "")


def _with_named_skill(state: SearchState) -> SearchState:
    """Add the skill that was typed by its name; a name that means none stays what was typed."""
    skill = careers.find_skill(state.skill_name) if state.skill_name else None
    if skill is None:
        return state
    return state.without(skills=tuple(dict.fromkeys((*state.skills, skill.id))), skill_name="")
