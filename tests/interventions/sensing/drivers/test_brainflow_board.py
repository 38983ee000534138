"""BrainFlow's own synthetic board through our feed: rate, age, and errors in words."""

import statistics
import time
from collections.abc import Iterator

import pytest

from interventions.sensing.drivers.brainflow_board import DRIVER, NAMED
from interventions.sensing.live_source import LiveSource
from interventions.sensing.source import NoSourceError

pytest.importorskip("brainflow", reason="the extra `devices` is not installed")


@pytest.fixture(scope="module")
def board() -> Iterator[LiveSource]:
    source = DRIVER.connect("SYNTHETIC_BOARD", 5.0)
    yield source
    source.close()


def test_samples_arrive_at_the_declared_rate_and_are_young(board: LiveSource) -> None:
    ages_s = []
    for _ in range(15):
        time.sleep(0.2)
        ages_s.append(board.watch().newest_sample_age_s)
    window = board.window_at(0.0)

    assert board.sensor.sampling_rate_hz == 250.0
    assert window.signal_reason != "wrong_rate"
    assert statistics.median(age_s for age_s in ages_s if age_s is not None) <= 0.05


def test_a_board_says_how_it_is_named() -> None:
    assert DRIVER.find(0.1).remark == NAMED


@pytest.mark.parametrize(
    ("address", "message"),
    [
        pytest.param("TOASTER", "knows no board 'TOASTER'", id="no such board"),
        pytest.param("SYNTHETIC_BOARD?colour=red", "no setting 'colour'", id="no such setting"),
        pytest.param("CYTON_BOARD", "does not answer", id="not there"),
        pytest.param("SYNTHETIC_BOARD?channel=99", "no such ECG channel", id="no such channel"),
    ],
)
@pytest.mark.usefixtures("board")
def test_a_board_that_cannot_be_used_says_why(address: str, message: str) -> None:
    with pytest.raises(NoSourceError, match=message):
        DRIVER.connect(address, 2.0)
