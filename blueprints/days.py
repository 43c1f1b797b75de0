"""How far away a day is, in words."""

from datetime import date

from marketplace.clock import today
from marketplace.i18n import _, ngettext


def left_of(day: date) -> str:
    """Say how many days there are until `day`."""
    left = (day - today()).days
    if left == 0:
        return _("今日")
    if left < 0:
        return ngettext("%(num)s日過ぎています", "%(num)s日過ぎています", -left)
    return ngettext("あと%(num)s日", "あと%(num)s日", left)
