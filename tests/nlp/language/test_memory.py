"""The memory of a process stays bounded while it reads drafts full of new words."""

import subprocess
import sys

import pytest

#: Runs in a separate process and prints its memory in bytes after ``first`` and after ``last`` drafts of ``characters``
#: characters. Small caches (``keep``) reach their limits sooner.
READING = """
import random, sys
from concurrent.futures import ThreadPoolExecutor
from nlp import Coach, Draft
from nlp.language import Reader, load, vectors

first, last, characters, keep = map(int, sys.argv[1:])
if keep:
    vectors.MAX_CACHED_WORDS = 500
    read = Reader(load(), cache_characters=keep).read
else:
    coach = Coach()
    read = lambda text: coach.assess(Draft("linkedin-post", text))

def draft(number):
    rng, parts, length = random.Random(number), [], 0
    while length < characters:
        word = "".join(rng.choices("abcdefghijklmnoprstuvwyz", k=rng.randint(2, 14)))
        before = rng.choice(("", "", "", "", "#", "@", "https://x.com/", "Dr. "))
        parts.append(before + word + rng.choice((*" " * 9, ". ", "!\\n\\n", ", ")))
        length += len(parts[-1])
    return "".join(parts).strip()

def memory():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

with ThreadPoolExecutor(4) as pool:
    # In batches, so that the pool's queue of waiting drafts does not add to the memory.
    for start in range(0, last, 100):
        for _ in pool.map(read, map(draft, range(start, start + 100))):
            pass
        if start + 100 in (first, last):
            print(memory())
"""


def _growth(*arguments):
    result = subprocess.run([sys.executable, "-c", READING, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    early, late = map(int, result.stdout.split())
    print(f"{early / 1e6:.1f} MB, then {late / 1e6:.1f} MB")
    return late / early


@pytest.mark.soak
def test_memory_does_not_grow_with_the_number_of_texts():
    assert _growth(200, 800, 120, 10_000) < 1.03


@pytest.mark.soak
def test_from_draft_1000_to_draft_10000_memory_is_flat():
    assert _growth(1_000, 10_000, 600, 0) < 1.10
