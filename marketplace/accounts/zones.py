"""Time zones that a member may choose: those of the IANA's table of countries and their places."""

from functools import cache
from importlib import resources

from marketplace.clock import TOKYO


@cache
def names() -> tuple[str, ...]:
    """Return the names as the IANA writes them (`Europe/Paris`), that of Japan first."""
    table = (resources.files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8")
    listed = {line.split("\t")[2] for line in table.splitlines() if not line.startswith("#")}
    return (TOKYO.key, *sorted(listed - {TOKYO.key}))
