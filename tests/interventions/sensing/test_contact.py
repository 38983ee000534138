"""What the person who puts a sensor on is told."""

import math

import numpy as np
import pytest

from data.records.signals import RRSeries, SignalKind, Window
from interventions.sensing.contact import GOOD, check_contact, say_state
from interventions.sensing.live_source import SensorState


def window(
    rr_ms: list[float], *, age_s: float | None = 0.2, refused: str = "", end_s: float = 60.0
) -> Window:
    later_s = np.cumsum([0.0, *reversed(rr_ms[1:])])[: len(rr_ms)] / 1000.0
    return Window(
        start_s=end_s - 60.0,
        end_s=end_s,
        beats=RRSeries(
            times_s=tuple((end_s - later_s[::-1]).tolist()),
            rr_ms=tuple(rr_ms),
            kind=SignalKind.RR,
        ),
        newest_sample_age_s=age_s,
        signal_ok=not refused,
        signal_reason=refused,
    )


def rhythm(beats: int) -> list[float]:
    return [820.0 + 35.0 * math.sin(1.7 * beat) for beat in range(beats)]


def test_a_minute_of_clean_beats_sits_well() -> None:
    checked = check_contact(window(rhythm(72)))

    assert checked.ok
    assert checked.words == GOOD


def test_the_first_seconds_are_counted() -> None:
    checked = check_contact(window(rhythm(20)))

    assert checked.ok
    assert checked.words == "Beats arrive, 16 seconds so far."


@pytest.mark.parametrize(
    ("found", "words"),
    [
        pytest.param(window([], age_s=None), "Nothing has arrived yet", id="nothing"),
        pytest.param(window(rhythm(72), age_s=9.0), "more than five seconds", id="stale"),
        pytest.param(window(rhythm(72), refused="no_contact"), "Wet the electrodes", id="contact"),
        pytest.param(window(rhythm(72), refused="other_sensor"), "Another sensor", id="other"),
        pytest.param(window(rhythm(72), refused="wrong_rate"), "at the rate", id="rate"),
        pytest.param(window(rhythm(72), refused="template"), "mostly noise", id="noise"),
        pytest.param(window([800.0] * 72), "this is no heart", id="constant"),
        pytest.param(window(rhythm(3)), "Too few beats", id="three beats"),
        pytest.param(
            window([1600.0 if beat % 9 == 0 else 800.0 + beat % 5 for beat in range(66)]),
            "disturbed",
            id="artefacts",
        ),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(found: Window, words: str) -> None:
    checked = check_contact(found)

    assert not checked.ok
    assert words in checked.words


def test_every_state_of_the_watchdog_but_streaming_says_what_to_do() -> None:
    silent = [state for state in SensorState if not say_state(state)]

    assert silent == [SensorState.STREAMING]
