"""Who follows whom among those who are put together: by trade, by region, and by who is known to many."""

from collections import defaultdict
from collections.abc import Iterable
from random import Random

from marketplace.demo.banks import Text, bank
from marketplace.demo.people import chance, clients, workers

FOLLOWS = 2_000
"""Altogether, with those written by hand."""
ANSWERED, ANSWERED_BY_FACES, ANSWERED_BY_KNOWN = 0.42, 0.16, 0.5
"""How often somebody follows back: one of the others, one of those written by hand, and one whom many know."""

Pair = tuple[str, str]
"""From the follower to the followed, by username."""


def follows(by_hand: list[str]) -> list[Pair]:
    """Return all pairs: first those of the workers written `by_hand` (usernames), then as many more as make FOLLOWS."""
    found: dict[Pair, None] = {tuple(pair): None for pair in bank("ties")["follows"]}
    known = bank("ties")["known"]
    faces = [*known, *(username for username in by_hand if username not in known)]
    answers = dict.fromkeys(faces, ANSWERED_BY_FACES) | dict.fromkeys(known, ANSWERED_BY_KNOWN)
    circles = _circles(workers())
    among = chance("follows")
    everyone = [(worker, _eagerness(worker, among)) for worker in [*workers(), *clients()]]
    while len(found) < FOLLOWS:
        for worker, eagerness in everyone:
            if len(found) < FOLLOWS and among.random() < eagerness:
                follower = worker["username"]
                followed = _chosen(worker, circles, faces, among)
                if followed != follower:
                    found[follower, followed] = None
                    follows_back = among.random() < answers.get(followed, ANSWERED)
                    if follows_back and "trade" in worker and len(found) < FOLLOWS:
                        found[followed, follower] = None
    return list(found)


def _eagerness(worker: Text, among: Random) -> float:
    """A few follow many, most follow some, and those who only ask for work follow hardly anybody."""
    return 0.03 + 0.5 * among.random() ** 3 if "trade" in worker else 0.04


def _circles(everybody: Iterable[Text]) -> dict[str, list[str]]:
    """Return who is of a trade, of a field, of a prefecture."""
    found: dict[str, list[str]] = defaultdict(list)
    for worker in everybody:
        for circle in ("trade", "field", "prefecture"):
            found[worker[circle]].append(worker["username"])
        found["all"].append(worker["username"])
    return found


def _chosen(worker: Text, circles: dict[str, list[str]], faces: list[str], among: Random) -> str:
    """Return somebody of their trade, of their field, of where they live, somebody known, or anybody."""
    circle = among.choices(("trade", "field", "prefecture", "face", "all"), weights=(30, 22, 20, 18, 10))[0]
    if circle == "face":
        candidates = faces
    elif circle == "all" or circle not in worker:
        candidates = circles["all"]
    else:
        candidates = circles[worker[circle]]
    # The square draws towards the beginning: some are followed by many.
    return candidates[int(len(candidates) * among.random() ** 2)]
