"""People take turns. The tests hold places themselves, so the order does not depend on timing."""

import threading
import time

import pytest

from server.core.fair_queue import FairQueue, QueueTimeoutError, TooManyWaitingError

#: Only bounds a failure.
LONG_ENOUGH = 120


def make_queue(*, places=1, long_places=1, per_person=4, timeout=LONG_ENOUGH):
    return FairQueue(places=places, long_places=long_places, per_person=per_person, timeout=timeout)


def wait_in(queue, person, served, threads):
    """A thread that waits for a place; returns once it is waiting."""

    def work():
        with queue.place(person):
            served.append(person)

    waiting = queue.waiting
    threads.append(threading.Thread(target=work))
    threads[-1].start()
    while queue.waiting == waiting:
        time.sleep(0.001)


def test_people_take_turns_however_many_requests_one_of_them_sends():
    queue, served, threads = make_queue(), [], []
    with queue.place("somebody"):
        for person in ("greedy", "greedy", "greedy", "ann", "bob"):
            wait_in(queue, person, served, threads)
    for thread in threads:
        thread.join()
    assert served == ["greedy", "ann", "bob", "greedy", "greedy"]


def test_a_person_has_one_piece_of_work_in_progress_while_places_are_free():
    queue, served, threads = make_queue(places=2), [], []
    with queue.place("greedy"):
        wait_in(queue, "greedy", served, threads)
        with queue.place("ann"):
            assert served == []
    threads[0].join()
    assert served == ["greedy"]


def test_long_work_leaves_a_place_for_short_work():
    queue = make_queue(places=2, timeout=0)
    with queue.place("greedy", is_long=True):
        with pytest.raises(QueueTimeoutError), queue.place("also long", is_long=True):
            pass
        with queue.place("ann"):
            pass
    with queue.place("also long", is_long=True):
        pass


def test_too_many_requests_of_one_person_are_refused_at_once():
    queue, served, threads = make_queue(per_person=2), [], []
    with queue.place("greedy"):
        wait_in(queue, "greedy", served, threads)
        with pytest.raises(TooManyWaitingError), queue.place("greedy"):
            pass
    threads[0].join()


def test_a_wait_that_timed_out_leaves_no_trace():
    queue = make_queue(timeout=0)
    with queue.place("ann"), pytest.raises(QueueTimeoutError), queue.place("bob"):
        pass
    assert queue.waiting == 0
    with queue.place("bob"):
        pass


def test_an_error_in_the_work_frees_its_place():
    queue = make_queue(timeout=0)
    with pytest.raises(ZeroDivisionError), queue.place("ann"):
        raise ZeroDivisionError
    with queue.place("bob"):
        pass
