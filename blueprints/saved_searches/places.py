"""Where a saved search leads: the page that it was saved on, with its query string."""

from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from marketplace.saved_searches.models import QUERY_LENGTH, SavedSearch, SearchKind

_PAGES = {SearchKind.JOBS: "search.jobs", SearchKind.WORKERS: "search.workers"}


def kept_query(typed: str) -> str | None:
    """Return a query string as it is kept, in the order of the page that wrote it; None for what is too long."""
    if len(typed) > 2 * QUERY_LENGTH:
        return None
    pairs = [(name, value) for name, value in parse_qsl(typed) if name != "after" and "\0" not in name + value]
    query = urlencode(pairs)
    return query if len(query) <= QUERY_LENGTH else None


def place_of(search: SavedSearch, *, newest_first: bool = False) -> tuple[str, dict[str, Any]]:
    """Return the endpoint of the page of the search, and its values; with the newest first where one is led to them."""
    values: dict[str, Any] = parse_qs(search.query)
    if newest_first:
        values["order"] = "newest"
    return _PAGES[search.kind], values
