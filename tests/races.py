"""Many at once: for tests marked `real_commits`, in which each thread has a transaction of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask

from marketplace import db

Result = TypeVar("Result")

AT_ONCE = 20


def at_once(deed: Callable[[int], Result], times: int = AT_ONCE) -> list[Result]:
    """Do `deed` in `times` threads that begin together; return what each returned, in the order of their numbers."""
    barrier = Barrier(times)

    def one(number: int) -> Result:
        barrier.wait(timeout=30)
        return deed(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def committing(app: Flask, deed: Callable[[int], Result]) -> Callable[[int], Result]:
    """Return `deed` as one unit of work that commits, for use without HTTP."""

    def unit(number: int) -> Result:
        with app.app_context(), db.writing():
            result = deed(number)
            db.commit()
        return result

    return unit
