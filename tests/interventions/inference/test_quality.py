"""Grades fall at once and improve one step at a time."""

from data.records.signals import WindowGrade
from interventions.inference.quality import SETTLED_S, Steadied, steady

GOOD, DEGRADED, HOLD = WindowGrade


def grades(seen: list[WindowGrade], step_s: float) -> list[WindowGrade]:
    before: Steadied | None = None
    found = []
    for number, one in enumerate(seen):
        before = steady(before, one, step_s * number)
        found.append(before.grade)
    return found


def test_the_first_window_counts_as_what_it_is() -> None:
    assert [grades([one], 15.0) for one in WindowGrade] == [[one] for one in WindowGrade]


def test_a_fall_counts_at_once() -> None:
    assert grades([GOOD, DEGRADED, HOLD], 1.0) == [GOOD, DEGRADED, HOLD]
    assert grades([GOOD, HOLD], 1.0) == [GOOD, HOLD]


def test_a_rise_is_one_step_a_pass() -> None:
    assert grades([HOLD, GOOD, GOOD, GOOD], 15.0) == [HOLD, DEGRADED, GOOD, GOOD]


def test_a_rise_waits_until_the_signal_has_settled() -> None:
    found = grades([GOOD, HOLD, *[GOOD] * 14], 1.0)

    assert found[: 1 + int(SETTLED_S)] == [GOOD, *[HOLD] * int(SETTLED_S)]
    assert found[11:14] == [DEGRADED, GOOD, GOOD]


def test_a_signal_that_comes_and_goes_every_few_seconds_stays_on_hold() -> None:
    assert set(grades([HOLD, GOOD, GOOD] * 10, 3.0)) == {HOLD}
