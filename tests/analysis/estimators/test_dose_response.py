"""Dose and response: shapes are told apart, the level is kept, and doses that are none."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from analysis.estimators.dose_response import (
    DoseOutcomes,
    DoseShape,
    dose_outcomes,
    estimate_dose_response,
)
from analysis.results import NotEstimableError

NOISE = tuple(np.tile([0.2, -0.1, 0.1, -0.2], 4))
DOSES = tuple(np.repeat([0.0, 10.0, 20.0, 40.0], 4))
STRAIGHT = DoseOutcomes(
    outcome=tuple(0.05 * d + e for d, e in zip(DOSES, NOISE, strict=True)), dose=DOSES
)


def test_a_straight_rise_is_best_described_by_a_line() -> None:
    found = estimate_dose_response(STRAIGHT, confidence_level=0.95)

    assert found.best is DoseShape.LINEAR
    assert found.p < 1e-5
    assert [dose.effect for dose in found.doses] == pytest.approx([0.0, 0.5, 1.0, 2.0])
    assert [dose.n for dose in found.doses] == [4, 4, 4, 4]
    assert found.doses[0].interval is None


def test_a_rise_that_levels_off_is_best_described_by_emax() -> None:
    levelling = replace(
        STRAIGHT, outcome=tuple(2 * d / (8 + d) + e for d, e in zip(DOSES, NOISE, strict=True))
    )

    assert estimate_dose_response(levelling, confidence_level=0.95).best is DoseShape.EMAX


def test_one_shape_is_the_t_test_of_its_contrast() -> None:
    found = estimate_dose_response(STRAIGHT, (DoseShape.LINEAR,), confidence_level=0.95)

    outcome, dose = np.array(STRAIGHT.outcome), np.array(STRAIGHT.dose)
    contrast = np.unique(dose) - dose.mean()
    means = outcome.reshape(4, 4).mean(axis=1)
    variance = outcome.reshape(4, 4).var(axis=1, ddof=1).mean()
    by_hand = float(contrast @ means / np.sqrt(variance / 4 * contrast @ contrast))
    assert found.tests[0].statistic == pytest.approx(by_hand)
    assert found.critical_value == pytest.approx(float(t.ppf(0.975, 12)), abs=1e-6)


def test_more_shapes_cost_more() -> None:
    few = estimate_dose_response(STRAIGHT, confidence_level=0.95)
    alone = estimate_dose_response(STRAIGHT, (DoseShape.LINEAR,), confidence_level=0.95)

    assert alone.critical_value < few.critical_value


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(
            DoseOutcomes(outcome=(1.0, 2, 3, 4), dose=(0.0, 0, 10, 10)), "2 doses", id="two doses"
        ),
        pytest.param(replace(STRAIGHT, dose=(-1.0, *DOSES[1:])), "negative", id="negative"),
        pytest.param(replace(STRAIGHT, outcome=DOSES), "do not vary within doses", id="constant"),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(data: DoseOutcomes, reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        estimate_dose_response(data, confidence_level=0.95)


def test_a_data_frame_gives_the_doses() -> None:
    frame = pd.DataFrame({"MINUTES": [0, 10, 20], "Y": [1.0, None, 3.0]})

    assert dose_outcomes(frame, "Y", "MINUTES") == DoseOutcomes(
        outcome=(1.0, 3.0), dose=(0.0, 20.0)
    )
