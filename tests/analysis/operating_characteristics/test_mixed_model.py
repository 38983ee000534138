"""The mixed model of simulated trials is that of a table, and wins back what drop-out hides."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimators.mixed_model.inference import Method
from analysis.estimators.mixed_model.marginal_means import estimate_rows, marginal_rows
from analysis.estimators.mixed_model.mmrm import Roles, fit_mmrm
from analysis.operating_characteristics.dropout import Dropout, Mechanism
from analysis.operating_characteristics.each_trial import EachTrial, SimulatedTrial
from analysis.operating_characteristics.executors import SerialExecutor
from analysis.operating_characteristics.linear_analyses import MeansTest
from analysis.operating_characteristics.mixed_model import MixedModelAtLastVisit
from analysis.operating_characteristics.scenarios import ArmAssumptions, VisitsScenario
from analysis.operating_characteristics.simulate import Experiment, simulate
from analysis.sample_size.repeated_measures import exchangeable

CONTROL = ArmAssumptions(participants=40, means=(0.0, 0.0, 0.0))
SCENARIO = VisitsScenario(
    name="those who do badly leave",
    first=replace(
        CONTROL,
        means=(0.0, 0.3, 0.6),
        dropout=Dropout(lost_by_visit=(0.0, 0.5), mechanism=Mechanism.MAR, log_odds=-2.0),
    ),
    second=CONTROL,
    standard_deviations=(1.0, 1.0, 1.0),
    correlation=exchangeable(3, 0.7),
    truth=0.6,
)


@pytest.mark.parametrize("method", [Method.KENWARD_ROGER_LINEAR, Method.SATTERTHWAITE])
def test_the_difference_at_the_last_visit_is_that_of_a_table(method: Method) -> None:
    batch = SCENARIO.draw(1, np.random.Generator(np.random.PCG64(2)))
    arms = [(1, batch.first), (0, batch.second)]
    trial = SimulatedTrial(
        is_first_arm=np.repeat([1, 0], 40),
        baseline=np.concatenate([arm.baseline[0] for _, arm in arms]),
        outcomes=np.concatenate([arm.outcomes[0] for _, arm in arms]),
        cluster=np.arange(80),
    )
    table = pd.DataFrame(
        {
            "id": np.repeat(np.arange(80), 2).astype(str),
            "visit": np.tile(["v1", "v2"], 80),
            "arm": np.repeat(np.where(trial.is_first_arm == 1, "music", "control"), 2),
            "baseline": np.repeat(trial.baseline, 2),
            "y": trial.outcomes.ravel(),
        }
    )

    found = MixedModelAtLastVisit(method=method)(trial)

    fitted = fit_mmrm(
        table,
        "y ~ baseline * visit + arm * visit",
        Roles(participant="id", visit="visit"),
        method=method,
    )
    *_, last = estimate_rows(
        fitted.inference, marginal_rows(fitted.table, ("visit", "arm")).minus("arm")
    )
    assert found.estimate == pytest.approx(last.estimate, abs=1e-8)
    assert found.standard_error == pytest.approx(last.standard_error, rel=1e-7)


def test_what_was_seen_before_makes_up_for_losses_at_random() -> None:
    model = EachTrial(name="MMRM", estimator=MixedModelAtLastVisit())

    mixed, naive = simulate(
        [Experiment(scenario=SCENARIO, analyses=(model, MeansTest()))],
        trials=250,
        seed=4,
        executor=SerialExecutor(),
    )

    assert mixed.estimable == 250
    assert abs(mixed.bias.value) < 4 * mixed.bias.standard_error
    assert naive.bias.value > 10 * naive.bias.standard_error
