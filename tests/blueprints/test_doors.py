"""Which doors are open to visitors."""

from tests.visit import Visitors


def test_the_process_says_that_it_is_alive(visit: Visitors) -> None:
    assert visit.open("home.healthz").status == 200
