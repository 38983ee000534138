"""The search for the maximum: it leaves saddle points and says how far it came."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimators.mixed_model.formulas.table import read_table
from analysis.estimators.mixed_model.likelihood import Estimation, Model
from analysis.estimators.mixed_model.newton import GRADIENT_BELOW, maximize
from analysis.estimators.mixed_model.patterns import sum_patterns
from analysis.estimators.mixed_model.structures import STRUCTURES
from tests.analysis.estimators.mixed_model.trials import FORMULA, ROLES, make_trial


def _model(structure: str, every: int = 1) -> Model:
    data = read_table(make_trial(1), FORMULA, ROLES).data
    spread = replace(data, visit=every * data.visit, n_visits=1 + every * (data.n_visits - 1))
    return Model(
        patterns=sum_patterns(spread), structure=STRUCTURES[structure], estimation=Estimation.REML
    )


def test_the_search_leaves_a_point_where_only_the_gradient_is_zero() -> None:
    # at even steps only rho^2 counts, so rho = 0 has no gradient, whatever the data say
    found = maximize(_model("ar1", every=2), np.asarray([1.0, 0.0]))

    assert found.converged
    assert not found.is_saddle
    assert abs(found.evaluation.theta[1]) > 0.5


@pytest.mark.parametrize("structure", ["us", "toeph", "adh", "ar1h", "csh", "cs"])
def test_a_far_start_ends_at_the_same_maximum(structure: str) -> None:
    model = _model(structure)
    far = maximize(model, np.zeros(model.n_parameters))
    near = maximize(model, far.evaluation.theta + 0.01)

    assert far.gradient_max < GRADIENT_BELOW
    assert near.evaluation.deviance == pytest.approx(far.evaluation.deviance, abs=1e-9)
    assert near.steps < far.steps
