"""The effect on those who took it up: Wald's ratio by hand, weak assignment, and what cannot be estimated."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimators.complier_effect import (
    ComplierCovariance,
    ComplierEffect,
    Uptake,
    estimate_complier_effect,
)
from analysis.results import NotEstimableError

DATA = Uptake(
    outcome=(4.0, 5, 3, 8, 9, 7, 8, 10),
    assigned=(1.0, 1, 1, 1, 0, 0, 0, 0),
    received=(1.0, 1, 1, 0, 0, 0, 0, 0),
)


def _estimate(data: Uptake) -> ComplierEffect:
    return estimate_complier_effect(data, ComplierCovariance.MODEL, confidence_level=0.95)


def test_the_effect_is_the_ratio_of_two_differences() -> None:
    found = _estimate(DATA)

    assert found.intention_to_treat.estimate == pytest.approx(5.0 - 8.5)
    assert found.first_stage.estimate == pytest.approx(0.75)
    assert found.effect.estimate == pytest.approx(-3.5 / 0.75)
    assert [arm.n for arm in found.effect.arms] == [4, 4]
    assert "only through take-up" in found.assumptions


def test_when_everyone_does_as_assigned_it_is_the_intention_to_treat() -> None:
    found = _estimate(replace(DATA, received=DATA.assigned))

    assert found.effect.estimate == pytest.approx(found.intention_to_treat.estimate)
    assert found.effect.standard_error == pytest.approx(found.intention_to_treat.standard_error)
    assert "Everyone did as assigned" in found.first_stage.comment


def test_weak_assignment_is_said() -> None:
    found = _estimate(replace(DATA, received=(1.0, 0, 1, 0, 1, 0, 0, 0)))

    assert found.is_weak
    assert found.first_stage_f < 10
    assert "not to be trusted" in found.effect.comment


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(
            replace(DATA, assigned=(1.0,) * 8), "everyone has the same assignment", id="one arm"
        ),
        pytest.param(
            replace(DATA, received=(1.0, 1, 0, 0, 1, 1, 0, 0)), "same however", id="no first stage"
        ),
        pytest.param(replace(DATA, outcome=(np.inf, *DATA.outcome[1:])), "infinite", id="infinite"),
        pytest.param(
            replace(DATA, assigned=(2.0, *DATA.assigned[1:])), "only 0 and 1", id="not binary"
        ),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(data: Uptake, reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        _estimate(data)
