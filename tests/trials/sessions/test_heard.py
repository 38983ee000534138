"""Music is counted once for each time it is heard, whoever reports at the same time."""

from threading import Thread

from trials.sessions.heard import HeardMusic


class InTheMiddle(int):
    """A number of frames; while it is compared, the segment is sent once more."""

    heard: HeardMusic

    def __lt__(self, other: object) -> bool:  # type: ignore[explicit-override]
        again = Thread(target=self.heard.begin_again, args=(0,), daemon=True)
        again.start()
        again.join(timeout=0.2)
        return int(self) < int(other)  # type: ignore[call-overload,no-any-return]


def test_what_was_heard_before_a_segment_is_sent_again_counts_beside_what_is_heard_then() -> None:
    heard = HeardMusic()
    heard.reach(0, 100)
    heard.begin_again(0)
    heard.reach(0, 30)
    heard.reach(0, 20)

    assert heard.frames == 130


def test_a_report_that_comes_while_a_segment_is_sent_again_is_not_counted_twice() -> None:
    heard = HeardMusic()
    heard.reach(0, 100)
    late = InTheMiddle(50)
    late.heard = heard

    heard.reach(0, late)

    assert heard.frames == 100
