"""Time zones as people choose them: by part of the world and city, in the language that is being spoken."""

from collections import defaultdict
from functools import cache

from babel import Locale
from babel.core import get_global

from marketplace.accounts import zones
from marketplace.clock import TOKYO
from marketplace.i18n import _, current_language

Groups = dict[str, list[tuple[str, str]]]


def choices() -> Groups:
    """Return pairs of name and city by parts of the world, Japan first, as WTForms wants them."""
    parts = {
        "Asia": _("アジア"),
        "Australia": _("オーストラリア"),
        "Pacific": _("太平洋"),
        "America": _("アメリカ"),
        "Europe": _("ヨーロッパ"),
        "Africa": _("アフリカ"),
        "Indian": _("インド洋"),
        "Atlantic": _("大西洋"),
        "Arctic": _("北極"),
        "Antarctica": _("南極"),
    }
    cities = _cities(current_language())
    groups: Groups = {_("日本"): [(TOKYO.key, cities["Asia"][TOKYO.key])]}
    for part, words in parts.items():
        others = ((city, name) for name, city in cities[part].items() if name != TOKYO.key)
        groups[words] = [(name, city) for city, name in sorted(others)]
    return groups


@cache
def _cities(language: str) -> dict[str, dict[str, str]]:
    """Return name and city of every zone, by the first word of the name."""
    known = Locale.parse(language).time_zones
    # The data of the languages keeps names that the IANA has replaced since: Asia/Calcutta.
    replaced = {new: old for old, new in get_global("zone_aliases").items() if old in known}
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name in zones.names():
        words = known.get(name) or known.get(replaced.get(name, ""), {})
        part, _slash, place = name.partition("/")
        found[part][name] = words.get("city") or place.rpartition("/")[2].replace("_", " ")
    return found
