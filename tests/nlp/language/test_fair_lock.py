import threading
import time

from nlp.language.fair_lock import FairLock


def test_threads_get_the_lock_in_the_order_in_which_they_asked():
    lock, order, threads = FairLock(), [], []

    def take(number):
        with lock:
            order.append(number)

    with lock:
        for number in range(4):
            threads.append(threading.Thread(target=take, args=(number,)))
            threads[-1].start()
            while lock.waiting <= number:
                time.sleep(0.001)
    # Asking again right after the release does not overtake those who wait.
    take("again")
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, "again"]
