"""Full addresses of pages, for what is read elsewhere than on a page."""

from flask import current_app

from marketplace.config import Settings


def address_of(endpoint: str, **values: object) -> str:
    """Return the full address of a page; its host comes from the settings, never from a request."""
    settings: Settings = current_app.extensions["settings"]
    return settings.public_url + current_app.url_map.bind("localhost").build(endpoint, values)
