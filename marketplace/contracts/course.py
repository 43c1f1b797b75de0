"""How far a contract is, and which days come next: worked out from its rows, asking nothing.

Verbs change rows and then ask here what state that makes; pages draw what they find here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketplace import calendar
from marketplace.clock import local_day
from marketplace.contracts.figures import Figures
from marketplace.contracts.models import (
    ACTIVE,
    Contract,
    ContractEnding,
    ContractState,
    ContractTerms,
    Delivery,
    DeliveryState,
    EndingState,
    Milestone,
    ReminderKind,
)
from marketplace.contracts.receipt import figures_of


@dataclass(frozen=True)
class ComingDay:
    """A day on which somebody has to have done something."""

    kind: ReminderKind
    day: date
    milestone: Milestone | None = None
    delivery: Delivery | None = None

    def days_left(self, today: date) -> int:
        """Return how many days there are left; negative when it is over."""
        return (self.day - today).days


@dataclass(frozen=True)
class Course:
    """A contract with all that says how far it is."""

    contract: Contract
    terms: ContractTerms
    milestones: Sequence[Milestone]
    """Those that are part of the terms, in their order; none when the work is delivered as a whole."""
    deliveries: Sequence[Delivery]
    """In the order in which they were handed over."""
    ending: ContractEnding | None
    """The wish to end early that waits, if there is one."""

    @property
    def due_on(self) -> date | None:
        """The day of delivery of the whole, or the last day of the services."""
        return self.terms.due_on or self.terms.ends_on

    @property
    def parts(self) -> list[Milestone | None]:
        """What is delivered one by one; None stands for the whole."""
        return list(self.milestones) or [None]

    def standing_of(self, part: Milestone | None) -> Delivery | None:
        """Return the delivery of a part that waits or was accepted, if there is one."""
        number = part.id if part else None
        standing = (DeliveryState.WAITING, DeliveryState.ACCEPTED)
        found = [each for each in self.deliveries if each.milestone_id == number and each.state in standing]
        return found[-1] if found else None

    @property
    def missing(self) -> list[Milestone | None]:
        """The parts that have yet to be delivered."""
        return [part for part in self.parts if self.standing_of(part) is None]

    def is_ahead_of_a_day(self, today: date) -> bool:
        """Whether something is missing whose day is not over: of that one can warn."""
        days = [part.due_on if part else self.due_on for part in self.missing]
        return any(day and day >= today for day in days)

    def days_late(self, today: date) -> int:
        """Return for how many days something that is missing was due when it came, or is due; 0 when nothing is late.

        What was handed over and sent back came on the day on which it was first received.
        """
        days = [(part, part.due_on if part else self.due_on) for part in self.missing]
        return max(0, *((self._came_on(part, day, today) - day).days for part, day in days if day), 0)

    def _came_on(self, part: Milestone | None, due_on: date, today: date) -> date:
        """Return when a part came first for a day of delivery; a new day is agreed after it was sent back, or none."""
        number, agreed_at = part.id if part else None, self.terms.agreed_at
        is_new = agreed_at is not None and due_on >= local_day(agreed_at)
        sent_back = [each for each in self.deliveries if each.state is DeliveryState.REVISION]
        came = [
            each.received_on
            for each in sent_back
            if each.milestone_id == number
            and not (is_new and agreed_at and each.decided_at and each.decided_at < agreed_at)
        ]
        return min(came, default=today)

    @property
    def waiting(self) -> list[Delivery]:
        """The deliveries that are looked at."""
        return [each for each in self.deliveries if each.state is DeliveryState.WAITING]

    @property
    def unpaid(self) -> list[Delivery]:
        """What was accepted and of which no payment is reported."""
        return [each for each in self.deliveries if each.state is DeliveryState.ACCEPTED and each.paid_on is None]

    @property
    def unconfirmed(self) -> list[Delivery]:
        """What is reported as paid and of which the worker has not said that it arrived."""
        return [each for each in self.deliveries if each.paid_on and each.payment_confirmed_at is None]

    def figures_for(self, delivery: Delivery, paid_on: date) -> Figures | None:
        """Return what is due for a delivery by the terms; None where the parties compute it: by the hour or piece."""
        if not delivery.amount_yen:
            return None
        is_company = self.contract.company_id is not None
        return figures_of(self.terms, delivery.amount_yen, delivery.received_on, paid_on, is_company=is_company)

    def revisions_of(self, part_id: int | None) -> int:
        """Return how often a part had to be worked over."""
        return sum(each.state is DeliveryState.REVISION and each.milestone_id == part_id for each in self.deliveries)

    def revisions_left(self, delivery: Delivery) -> int:
        """Return how often the part of a delivery may still be sent back by the terms."""
        return max(self.terms.revision_limit - self.revisions_of(delivery.milestone_id), 0)

    @property
    def state(self) -> ContractState:
        """What the rows come to, for a contract that is agreed and not at its end."""
        standing = [self.standing_of(part) for part in self.parts]
        if any(each is None for each in standing):
            return ContractState.ACTIVE
        if self.waiting:
            return ContractState.DELIVERED
        if self.unpaid:
            return ContractState.ACCEPTED
        return ContractState.PAID if self.unconfirmed else ContractState.COMPLETED

    @property
    def coming(self) -> list[ComingDay]:
        """The days that somebody has to keep, the first one first; those that are over stay until it is done."""
        days = [*self._of_work(), *self._of_payment()]
        is_to_end = self.ending is not None and self.ending.state is EndingState.NOTICED
        if self.ending and is_to_end and self.contract.state in ACTIVE:
            days.append(ComingDay(ReminderKind.ENDING, self.ending.ends_on))
        return sorted(days, key=lambda each: (each.day, list(ReminderKind).index(each.kind)))

    def _of_work(self) -> list[ComingDay]:
        if self.contract.state not in ACTIVE:
            return []
        # What is left open concerns the work: once all of it is delivered there is nothing to decide.
        open_until = {day for _item, day in self.terms.undecided_days} if self.missing else set()
        days = [ComingDay(ReminderKind.UNDECIDED, day) for day in open_until]
        days += [ComingDay(ReminderKind.DUE, part.due_on, part) for part in self.missing if part]
        if None in self.missing and self.due_on:
            days.append(ComingDay(ReminderKind.DUE, self.due_on))
        looked_at = [(each, each.inspect_by) for each in self.waiting]
        days += [ComingDay(ReminderKind.INSPECTION, day, delivery=each) for each, day in looked_at if day]
        return days

    def _of_payment(self) -> list[ComingDay]:
        """The day of payment runs from receipt, whatever the inspection says."""
        return [ComingDay(ReminderKind.PAYMENT, each.pay_on, delivery=each) for each in [*self.waiting, *self.unpaid]]

    @property
    def next_on(self) -> date | None:
        """The first of the coming days."""
        return self.coming[0].day if self.coming else None

    @property
    def lasts_six_months(self) -> bool:
        """Whether the law wants thirty days' notice of its end (Article 16)."""
        started_on = local_day(self.contract.started_at) if self.contract.started_at else None
        first, last = self.terms.starts_on or started_on, self.due_on
        return bool(first and last and last >= first and calendar.lasts_months(first, last, 6))

    @property
    def needs_notice(self) -> bool:
        """Whether the client has to say thirty days before that they end it: who has no employees does not."""
        return self.lasts_six_months and self.terms.client_has_employees

    def milestone_of(self, delivery: Delivery) -> Milestone | None:
        """Return the part that was delivered; None for the whole."""
        return next((each for each in self.milestones if each.id == delivery.milestone_id), None)
