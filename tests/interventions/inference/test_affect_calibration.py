"""Simulation-based calibration: what the model of affect believes is as sure as it says, and no surer.

Truth is drawn from the model itself, sensed, and inferred; then the share of truths inside the 90 % interval is 90 %, and
the rank of the truth in what is believed is uniform. The table of docs/explanation/affect-estimate.md has ten times as many.
"""

import math

import numpy as np
import pytest
from scipy.stats import chisquare

from tests.simulators.affect_truth import FIRST_MODEL, SCENES, Scene, draw_session

SESSIONS = 400
BINS = 10
IN_SPACE = [scene for scene in SCENES if scene.passes <= 10]


def ranks(scene: Scene, sessions: int = SESSIONS) -> list[float]:
    chance = np.random.Generator(np.random.PCG64(20261125))
    return [draw_session(scene, chance).rank for _ in range(sessions)]


@pytest.mark.parametrize("scene", IN_SPACE, ids=lambda scene: scene.named)
def test_the_interval_of_90_percent_covers_90_percent_and_ranks_are_uniform(scene: Scene) -> None:
    found = np.array(ranks(scene))
    covered = float(np.mean((found > 0.05) & (found < 0.95)))
    counts = np.histogram(found, BINS, (0.0, 1.0))[0]

    monte_carlo_error = math.sqrt(0.9 * 0.1 / SESSIONS)
    assert covered == pytest.approx(0.9, abs=2.6 * monte_carlo_error)
    assert chisquare(counts).pvalue > 0.01


def test_looking_once_a_second_makes_the_estimate_no_surer_than_it_may_be() -> None:
    once_a_second = next(scene for scene in SCENES if scene.named == "heart alone, once a second")

    second = np.array(ranks(once_a_second, 150))
    first = np.array(ranks(FIRST_MODEL, 150))

    assert np.mean((second > 0.05) & (second < 0.95)) == pytest.approx(0.9, abs=0.065)
    assert np.mean((first > 0.05) & (first < 0.95)) < 0.6


def test_the_interval_of_valence_covers_90_percent_where_the_participant_said_something() -> None:
    scene = next(one for one in SCENES if one.named == "heart alone, self-report")
    chance = np.random.Generator(np.random.PCG64(3))
    drawn = [draw_session(scene, chance).valence_rank for _ in range(SESSIONS)]

    known = np.array([one for one in drawn if one is not None])

    assert known.size > 0.9 * SESSIONS
    assert np.mean((known > 0.05) & (known < 0.95)) == pytest.approx(0.9, abs=0.04)
