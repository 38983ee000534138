"""Mediation: effects add up, the interval is that of products of draws, and a hidden cause can undo it."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimators.mediation import (
    Mediation,
    MediationData,
    PathVariance,
    ProductError,
    estimate_mediation,
)
from analysis.estimators.mediation_sensitivity import explore_hidden_cause
from analysis.results import NotEstimableError

_GENERATOR = np.random.default_rng(12)
_EXPOSED = np.repeat([0.0, 1.0], 40)
_MEDIATOR = _EXPOSED + _GENERATOR.normal(size=80)
DATA = MediationData(
    exposed=tuple(_EXPOSED),
    mediator=tuple(_MEDIATOR),
    outcome=tuple(0.3 * _EXPOSED + 0.8 * _MEDIATOR + _GENERATOR.normal(size=80)),
)


def _estimate(data: MediationData, product: ProductError = ProductError.SOBEL) -> Mediation:
    return estimate_mediation(
        data,
        PathVariance.LEAST_SQUARES,
        product,
        generator=np.random.default_rng(1),
        confidence_level=0.95,
        draws=20_000,
    )


def test_direct_and_indirect_effect_add_up_to_the_difference_in_means() -> None:
    found = _estimate(DATA)

    outcome = np.array(DATA.outcome)
    raw = float(outcome[40:].mean() - outcome[:40].mean())
    assert found.direct.estimate is not None
    assert found.indirect.estimate is not None
    assert found.direct.estimate + found.indirect.estimate == pytest.approx(raw)
    assert found.total.estimate == pytest.approx(raw)


def test_errors_of_the_product_are_ordered() -> None:
    goodman, sobel, aroian = (
        _estimate(DATA, product).indirect.standard_error or 0.0
        for product in (ProductError.GOODMAN, ProductError.SOBEL, ProductError.AROIAN)
    )

    assert goodman < sobel < aroian


def test_the_same_generator_gives_the_same_interval() -> None:
    first, second = _estimate(DATA), _estimate(DATA)

    assert first.monte_carlo == second.monte_carlo
    assert first.indirect.estimate is not None
    assert first.monte_carlo.lower < first.indirect.estimate < first.monte_carlo.upper


def test_without_a_hidden_cause_the_curve_is_the_estimate_and_it_vanishes_where_it_says() -> None:
    found = explore_hidden_cause(DATA, points=181)

    indirect = _estimate(DATA).indirect.estimate
    at_none = min(found.curve, key=lambda point: abs(point.correlation))
    assert at_none.indirect == pytest.approx(indirect)
    before = [p.indirect for p in found.curve if p.correlation < found.correlation_at_zero]
    after = [p.indirect for p in found.curve if p.correlation > found.correlation_at_zero]
    assert min(before) > 0 > max(after)
    assert found.product_of_shares == pytest.approx(found.correlation_at_zero**2)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(replace(DATA, exposed=(1.0,) * 80), "everyone has the same arm", id="one arm"),
        pytest.param(replace(DATA, mediator=(2.0,) * 80), "same mediator", id="constant mediator"),
        pytest.param(replace(DATA, mediator=DATA.exposed), "told apart", id="mediator is the arm"),
        pytest.param(
            MediationData(exposed=(0.0, 1, 1), mediator=(1.0, 2, 4), outcome=(1.0, 2, 3)),
            "3 participants are too few",
            id="too few",
        ),
    ],
)
def test_what_cannot_be_estimated_has_a_reason(data: MediationData, reason: str) -> None:
    with pytest.raises(NotEstimableError, match=reason):
        _estimate(data)
