"""Mail domains: which of them say where somebody works."""

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
    known = _known()
    return any(".".join(labels[place:]) in known for place in range(len(labels) - 1))


@cache
def _known() -> frozenset[str]:
    # Ten thousand names, which few requests ask for.
    from disposable_email_domains import blocklist

    groups = tomllib.loads(_FILE.read_text(encoding="utf-8")).values()
    return frozenset(domain for group in groups for domain in group) | frozenset(blocklist)
