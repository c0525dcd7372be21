"""Nobody's requests take more processor time than their budget, and one person's budget is not another's."""

import pytest

from server.core.work_budget import WorkBudget


class Clock:
    at = 1_000.0

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def budget(clock):
    return WorkBudget(rate=0.1, burst=2, clock=clock)


def test_work_within_the_burst_never_waits(budget):
    for _ in range(4):
        assert budget.wait("ann") == 0
        budget.charge("ann", 0.5)
    assert budget.wait("ann") == 0


def test_more_than_the_burst_waits_until_the_excess_is_refilled(budget, clock):
    budget.charge("ann", 2.5)
    assert budget.wait("ann") == pytest.approx(5)
    clock.at += 4
    assert budget.wait("ann") == pytest.approx(1)
    clock.at += 1
    assert budget.wait("ann") == 0


def test_others_are_not_charged(budget):
    budget.charge("greedy", 60)
    assert budget.wait("ann") == 0


def test_a_balance_never_grows_beyond_the_burst(budget, clock):
    budget.charge("ann", 1)
    clock.at += 10_000
    budget.charge("ann", 3)
    assert budget.wait("ann") == pytest.approx(10)


def test_forgets_people_whose_balance_is_full(budget, clock):
    for number in range(1_000):
        budget.charge(number, 0.1)
    clock.at += 100
    budget.charge("ann", 0.1)
    assert len(budget._full_at) == 1
