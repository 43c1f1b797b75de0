"""Which language and zone a page speaks: the member's, else what the visitor chose in the footer, else Japanese."""

from flask import has_request_context, session

from blueprints.access import viewer
from marketplace.i18n import LANGUAGES, SOURCE_LANGUAGE


def chosen_language() -> str:
    """Return the language of this request; outside of one Japanese, unless someone says otherwise."""
    if not has_request_context():
        return SOURCE_LANGUAGE
    member = viewer()
    language = member.language if member else session.get("language")
    return language if language in LANGUAGES else SOURCE_LANGUAGE


def chosen_zone() -> str:
    """Return the time zone of this request; outside of one that of Japan."""
    member = viewer() if has_request_context() else None
    return member.time_zone if member else "Asia/Tokyo"
