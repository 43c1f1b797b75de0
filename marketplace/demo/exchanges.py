"""The threads that clients and workers wrote to one another, out of what is told at each trade."""

from random import Random

from marketplace.demo.banks import Text, bank, trades
from marketplace.demo.past import EVENING, MORNING
from marketplace.demo.people import chance, clients, workers

CONVERSATIONS = 200
"""Altogether, with those written by hand."""


def conversations() -> list[Text]:
    """Return all threads: those written by hand, then as many more as make CONVERSATIONS."""
    by_hand: list[Text] = bank("conversations")["conversation"]
    begun = [*by_hand, *_by_trade()[: CONVERSATIONS - len(by_hand)]]
    # Those that wait as a request come last: sorting keeps the order of the others.
    return sorted(begun, key=lambda thread: thread.get("waits", False))


def _by_trade() -> list[Text]:
    """Return every exchange twice, with other people; the first round of all trades comes before the second."""
    askers = _askers()
    place = 0
    found = []
    for again in (0, 1):
        for trade in trades():
            asked = [worker for worker in workers() if worker["trade"] == trade["name"]]
            for number, exchange in enumerate(trade["exchange"]):
                place += 1
                worker = asked[(number * 2 + again * 5 + 1) % len(asked)]
                others = [asker for asker in askers[exchange["asker"]] if asker.get("trade") != trade["name"]]
                asker = others[place * 7 % len(others)]
                found.append(_thread(exchange, asker, worker, chance("thread", place)))
    return found


def _askers() -> dict[str, list[Text]]:
    """Return who asks for a shop, for an office, for a home; people of the other trades have homes as well."""
    askers: dict[str, list[Text]] = {"shop": [], "office": [], "home": [], "woman": []}
    for client in clients():
        askers[client["kind"]].append(client)
    askers["woman"] += [worker for worker in workers()[::5] if worker["gender"] == "female"]
    askers["home"] += [*askers["woman"], *(worker for worker in workers()[::5] if worker["gender"] == "male")]
    return askers


def _thread(exchange: Text, asker: Text, worker: Text, among: Random) -> Text:
    """Let them write by turns, by day, and have it end before today."""
    lines = exchange["lines"]
    # Both must have been there for a day when it began.
    longest_ago = min(asker["joined_days_ago"], worker["joined_days_ago"]) - 2
    is_recent = among.random() < 0.4
    gaps = [among.choice((0, 0, 1, 1, 2, 3)) for _line in lines]
    last = among.randint(1, 6) if is_recent else among.randint(7, 200)
    day = min(last + sum(gaps[1:]) + len(lines), longest_ago)
    minute = among.randint(MORNING + 30, EVENING - 60)
    messages = []
    for turn, line in enumerate(lines):
        if turn:
            minute += among.randint(12, 260)
        days = gaps[turn] if turn else 0
        if minute > EVENING:
            minute, days = among.randint(MORNING, MORNING + 240), max(days, 1)
        day = max(day - days, 1)
        sender = asker if turn % 2 == 0 else worker
        messages.append(
            {
                "sender": sender["username"],
                "days_ago": day,
                "minute": minute,
                "body": line.format(asker=asker["spoken"], worker=worker["spoken"]),
            }
        )
    if is_recent and among.random() < 0.6:
        messages[-1]["unread"] = True
    return {
        "title": exchange["title"],
        "between": [asker["username"], worker["username"]],
        "message": messages,
    }
