"""What a browser says of itself, in words a person recognises."""

from marketplace.i18n import _

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""Marks of browsers and their names; most name others too, so the first that is found counts."""

SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def in_words(device: str) -> str:
    """Return browser and system of what the header User-Agent said."""
    browser = next((name for mark, name in BROWSERS if mark in device), None)
    system = next((name for mark, name in SYSTEMS if mark in device), None)
    if browser and system:
        return _("%(system)sの%(browser)s", system=system, browser=browser)
    return browser or system or _("種類の分からない端末")
