"""Many people with sensors: a process that announces one Lab Streaming Layer stream of RR intervals a person.

Run as ``python -m tests.simulators.lsl_ward PREFIX PEOPLE``: stream PREFIX-0 and so on send each interval when its last beat is over,
until the process is killed. Person n begins the rhythm of `lsl_outlet` at its beat 100 n.
"""

import heapq
import sys
import time
from itertools import islice

import pylsl

from tests.simulators.lsl_outlet import intervals_ms

APART_BEATS = 100


def main(prefix: str, people: int) -> None:
    """Announce the streams and feed them."""
    outlets = [
        pylsl.StreamOutlet(
            pylsl.StreamInfo(
                f"{prefix}-{person}",
                "RR",
                1,
                pylsl.IRREGULAR_RATE,
                "double64",
                f"{prefix}-{person}",
            )
        )
        for person in range(people)
    ]
    rhythms = [islice(intervals_ms(), APART_BEATS * person, None) for person in range(people)]
    for outlet in outlets:
        outlet.wait_for_consumers(60.0)
    began_s = pylsl.local_clock()
    due: list[tuple[float, int, float]] = []
    for person, rhythm in enumerate(rhythms):
        rr_ms = next(rhythm)
        due.append((began_s + rr_ms / 1000.0, person, rr_ms))
    heapq.heapify(due)
    while True:
        at_s, person, rr_ms = heapq.heappop(due)
        time.sleep(max(0.0, at_s - pylsl.local_clock()))
        outlets[person].push_sample([rr_ms], at_s)
        following_ms = next(rhythms[person])
        heapq.heappush(due, (at_s + following_ms / 1000.0, person, following_ms))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
