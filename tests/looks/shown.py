"""What a page of the list is, and the people of the demo world who open it."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

VISITOR = ""
MEMBER = "kotoha-miyake"
"""Has everything: a published profile, friends, threads."""
CLIENT = "tomo-client"
"""Wrote to workers, and has published nothing."""
NEWCOMER = "hajime"
"""Was confirmed a moment ago."""
WAITING = "ko-shimura"
"""Handed in papers: who they are, and for a qualification."""
MODERATOR = "hitomi-kinoshita"
"""Verifies and settles."""
READING, SIGNING = "taku-enomoto", "haruka-tsurumi"
"""On the way to a pledge: one has read it, the other has passed the check, too."""
LEAVER = "tabidachi"
"""Has left, and may come back."""
ALIKE = "minori-sato-henshu"
"""Is called nearly as a friend of MEMBER."""
BLOCKER, BLOCKED = "hanare-shokudo", "shigeru-yoneda"
"""Somebody, and whom they have blocked."""


@dataclass(frozen=True)
class Shown:
    """A page in one state. `path` is filled from `World.values`."""

    name: str
    endpoint: str
    path: str
    who: str = VISITOR
    then: Callable[[Page], None] = lambda page: None
    is_whole: bool = True
    """False when only the window is of interest: a sheet or a menu lies over the page."""
    is_on_paper: bool = False


FACTOR = "/settings/account/second-factor"
