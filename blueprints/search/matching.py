"""Which saved searches find what was published lately: asked of an index of the new alone, some searches at a time."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from blueprints.search.job_state import JobSearchState
from blueprints.search.state import SearchState
from marketplace import outbox
from marketplace.circles import queries as circles
from marketplace.circles.queries import Circle
from marketplace.saved_searches import queries, service
from marketplace.saved_searches.models import SavedSearch, SearchKind
from search_index import JobSort, Sort
from search_index.newcomers import Newcomers, newcomers

BATCH = 500
"""How many searches one errand asks; the next ones are another's."""
_NOBODY: frozenset[int] = frozenset()


def ask(errand_id: int, payload: dict[str, Any]) -> None:
    """Ask some of the searches for what is new, note what they find, and leave the rest to another errand.

    Neither what is hidden from a member nor what is their own is left out here: that is asked when they are told.
    """
    kind, ids = SearchKind(payload["kind"]), payload["ids"]
    searches = queries.asked_after(kind, payload["after"], BATCH)
    if not searches:
        return
    with newcomers(_DOCUMENTS[kind], ids) as new:
        found = _found(searches, new)
    service.note(kind, {search: keys for search, keys in found.items() if keys})
    if len(searches) == BATCH:
        outbox.put(service.ASK, payload | {"after": searches[-1].id})


_STATES: dict[SearchKind, type[SearchState] | type[JobSearchState]] = {
    SearchKind.WORKERS: SearchState,
    SearchKind.JOBS: JobSearchState,
}
_DOCUMENTS = {SearchKind.WORKERS: "worker", SearchKind.JOBS: "job"}


def _found(searches: Sequence[SavedSearch], new: Newcomers) -> dict[SavedSearch, list[int]]:
    """Searches that ask the same are one, but those among friends."""
    same: defaultdict[str, list[SavedSearch]] = defaultdict(list)
    for search in searches:
        same[search.query].append(search)
    found: dict[SavedSearch, list[int]] = {}
    for query, its in same.items():
        state = _STATES[its[0].kind].read(MultiDict(parse_qsl(query)), is_member=True)
        if state.friends:
            found |= {search: _keys(state, new, _circle_of(search)) for search in its}
        else:
            found |= dict.fromkeys(its, _keys(state, new, Circle()))
    return found


def _circle_of(search: SavedSearch) -> Circle:
    """As the page of the search has it: those who post jobs need no page of their own."""
    return circles.circle_of(search.member, with_clients=search.kind is SearchKind.JOBS)


def _keys(state: SearchState | JobSearchState, new: Newcomers, circle: Circle) -> list[int]:
    newest = JobSort.NEWEST if isinstance(state, JobSearchState) else Sort.NEWEST
    return new.found(state.words, state.filters(circle, _NOBODY), newest)
