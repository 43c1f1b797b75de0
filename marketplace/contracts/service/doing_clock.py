"""What the clock does with contracts: acceptance when nobody said otherwise, ends said in advance, and reminders."""

from datetime import timedelta

from marketplace import outbox
from marketplace.clock import today
from marketplace.contracts import queries
from marketplace.contracts.course import ComingDay
from marketplace.contracts.models import Contract, ContractReminder, ContractState, EndingState, ReminderKind
from marketplace.contracts.service.doing_course import claim, let_ending_lapse, settle
from marketplace.contracts.service.doing_delivering import accept_by_itself
from marketplace.contracts.service.doing_ending import come_to_end
from marketplace.db import db
from marketplace.events import service as events
from marketplace.events.kinds import EventKind

TEND = "contracts.tend"
"""The errand that looks after one contract (`id`)."""
DAYS_BEFORE = (0, 1, 3, 7)
"""How long before a day somebody is reminded of it, each once; who hears late hears at once."""


def tend_all() -> None:
    """Have every contract looked after of which a day is near or over, each in a unit of its own."""
    last, place = today() + timedelta(days=max(DAYS_BEFORE)), None
    while found := queries.with_days_until(last, place):
        for _day, number in found:
            outbox.put(TEND, {"id": number})
        place = found[-1]


def tend(errand_id: int, payload: outbox.Payload) -> None:
    """Do what the day asks for with one contract; doing it twice is doing it once."""
    contract = queries.find_contract(payload["id"])
    if contract is None or contract.started_at is None:
        return
    if contract.is_active:
        _let_pass(contract)
    if contract.is_active or contract.state is ContractState.ENDED:
        for coming in queries.course_of(contract).coming:
            _remind(contract, coming)


def _let_pass(contract: Contract) -> None:
    course = queries.course_of(contract)
    overdue = [each for each in course.waiting if each.inspect_by and each.inspect_by < today()]
    ending = course.ending
    has_come = ending is not None and ending.state is EndingState.NOTICED and ending.ends_on <= today()
    # Whoever may object has the whole of that day to do so.
    is_over = ending is not None and has_come and not ending.may_be_objected_to(contract)
    if not (overdue or is_over):
        return
    course = claim(contract)
    for delivery in overdue:
        accept_by_itself(course, delivery)
    course = settle(contract)
    if ending is None or not is_over or course.ending is None:
        return
    if course.missing:
        come_to_end(course, ending)
    else:
        # Everything was delivered before the day came: nothing is left to end.
        let_ending_lapse(course)
        settle(contract)


def _remind(contract: Contract, coming: ComingDay) -> None:
    left = coming.days_left(today())
    near = [days for days in DAYS_BEFORE if days >= left >= 0]
    if not near or (coming.kind, coming.day, near[0]) in queries.reminded_of(contract):
        return
    is_workers = coming.kind is ReminderKind.DUE
    doer, other = (contract.worker, contract.client) if is_workers else (contract.client, contract.worker)
    # The end concerns both: one has said it in advance, the other has still to deliver, or to object.
    told = None if coming.kind is ReminderKind.ENDING else doer
    event = events.record(EventKind.CONTRACT_REMINDED, other, member=told, contract=contract)
    db.session.add(
        ContractReminder(
            contract_id=contract.id, kind=coming.kind, day=coming.day, days_before=near[0], event_id=event.id
        )
    )
