"""Analyses of many trials at once say what the analysis of each trial says."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import ttest_ind

from analysis.estimators.proportions import Share
from analysis.estimators.two_proportions import DifferenceInterval, estimate_difference
from analysis.operating_characteristics.batches import EventsBatch, VisitsBatch
from analysis.operating_characteristics.criteria import Above, Below, Between, Differs
from analysis.operating_characteristics.dropout import Dropout, Mechanism
from analysis.operating_characteristics.each_trial import (
    EachTrial,
    SimulatedTrial,
    TrialEstimate,
)
from analysis.operating_characteristics.errors import SimulationError
from analysis.operating_characteristics.linear_analyses import (
    Ancova,
    ClusterMeansTest,
    MeansTest,
    Summary,
)
from analysis.operating_characteristics.risk_differences import RiskDifference
from analysis.operating_characteristics.scenarios import ArmAssumptions, VisitsScenario
from analysis.results import NotEstimableError

LOST = Dropout(lost_by_visit=(0.1, 0.25), mechanism=Mechanism.MAR, log_odds=0.8)
SCENARIO = VisitsScenario(
    name="two visits, losses, clusters in one arm",
    first=ArmAssumptions(
        participants=14,
        means=(10.0, 9.0, 7.0),
        dropout=LOST,
        cluster_size=3,
        intracluster_correlation=0.2,
    ),
    second=ArmAssumptions(participants=11, means=(10.0, 9.5, 9.0), attendance=0.8),
    standard_deviations=(2.0, 2.0, 3.0),
    correlation=((1.0, 0.6, 0.4), (0.6, 1.0, 0.6), (0.4, 0.6, 1.0)),
    truth=-2.0,
)


@pytest.fixture(scope="module")
def batch() -> VisitsBatch:
    """Return twenty small trials with gaps."""
    return SCENARIO.draw(20, np.random.Generator(np.random.PCG64(5)))


def fit_by_statsmodels(trial: SimulatedTrial) -> TrialEstimate:
    """Fit the same analysis of covariance to one trial."""
    seen = np.isfinite(trial.outcomes[:, -1])
    columns = [np.ones(seen.sum()), trial.is_first_arm[seen], trial.baseline[seen]]
    fit = sm.OLS(trial.outcomes[seen, -1], np.column_stack(columns)).fit()
    lower, upper = fit.conf_int()[1]
    return TrialEstimate(
        estimate=fit.params[1], standard_error=fit.bse[1], lower=lower, upper=upper
    )


def refuse(trial: SimulatedTrial) -> TrialEstimate:
    """Estimate nothing when the first value is high.

    Raises
    ------
    NotEstimableError
        Then.
    """
    if trial.baseline[0] > 10:
        raise NotEstimableError("too high")
    return TrialEstimate(estimate=1.0, standard_error=1.0, lower=0.5, upper=1.5)


def test_ancova_is_that_of_statsmodels_trial_by_trial(batch: VisitsBatch) -> None:
    fast = Ancova().analyse(batch)
    slow = EachTrial(name="statsmodels", estimator=fit_by_statsmodels).analyse(batch)

    for field in ("estimate", "standard_error", "lower", "upper"):
        assert getattr(fast, field) == pytest.approx(getattr(slow, field), rel=1e-11)
    assert fast.is_shown.tolist() == slow.is_shown.tolist()


@pytest.mark.parametrize("summary", list(Summary))
def test_the_t_test_is_that_of_scipy(batch: VisitsBatch, summary: Summary) -> None:
    found = MeansTest(summary=summary).analyse(batch)

    for trial in range(batch.trials):
        arms = [arm.outcomes[trial] for arm in (batch.first, batch.second)]
        means = [
            values[:, -1]
            if summary is Summary.LAST_VISIT
            else np.array(
                [row[np.isfinite(row)].mean() for row in values if np.isfinite(row).any()]
            )
            for values in arms
        ]
        peer = ttest_ind(*(values[np.isfinite(values)] for values in means))
        interval = peer.confidence_interval(0.95)
        assert (found.lower[trial], found.upper[trial]) == pytest.approx(
            (interval.low, interval.high), rel=1e-10
        )


def test_cluster_means_are_compared_by_welchs_test(batch: VisitsBatch) -> None:
    found = ClusterMeansTest().analyse(batch)

    for trial in range(batch.trials):
        means = []
        for arm in (batch.first, batch.second):
            values = arm.outcomes[trial, :, -1]
            groups = [values[arm.cluster == c] for c in np.unique(arm.cluster)]
            means.append([np.nanmean(g) for g in groups if np.isfinite(g).any()])
        peer = ttest_ind(*means, equal_var=False)
        assert found.estimate[trial] / found.standard_error[trial] == pytest.approx(peer.statistic)
        assert found.df[trial] == pytest.approx(peer.df)


def test_risk_differences_are_those_of_one_trial() -> None:
    batch = EventsBatch(
        first=np.array([3, 0, 3]), second=np.array([5, 7, 5]), participants=(12, 15)
    )

    found = RiskDifference(interval=DifferenceInterval.NEWCOMBE).analyse(batch)

    one = estimate_difference(
        Share(arm="a", label="a", events=3, n=12),
        Share(arm="b", label="b", events=5, n=15),
        DifferenceInterval.NEWCOMBE,
        confidence_level=0.95,
    )
    assert one.interval is not None
    assert (found.estimate[0], found.lower[0], found.upper[0]) == (
        one.estimate,
        one.interval.lower,
        one.interval.upper,
    )
    assert found.estimate[2] == found.estimate[0]


def test_a_trial_that_cannot_be_analysed_has_no_number_and_claims_nothing(
    batch: VisitsBatch,
) -> None:
    found = EachTrial(name="picky", estimator=refuse).analyse(batch)

    refused = batch.first.baseline[:, 0] > 10
    assert 0 < refused.sum() < batch.trials
    assert np.isnan(found.estimate).tolist() == refused.tolist()
    assert (~found.is_shown).tolist() == refused.tolist()


def test_an_arm_without_any_outcome_gives_no_number() -> None:
    batch = SCENARIO.draw(3, np.random.Generator(np.random.PCG64(5)))
    batch.first.outcomes[1] = np.nan

    for analysis in (Ancova(), MeansTest(), ClusterMeansTest()):
        found = analysis.analyse(batch)
        assert np.isnan(found.estimate).tolist() == [False, True, False]
        assert not found.is_shown[1]


def test_a_share_of_a_trial_is_those_who_entered_first(batch: VisitsBatch) -> None:
    half = batch.share(0.5)

    assert half.first.baseline.tolist() == batch.first.baseline[:, :7].tolist()
    assert half.second.outcomes.shape == (20, 6, 2)


def test_criteria_read_the_interval() -> None:
    lower, upper = np.array([-1.0, 0.5, -3.0, np.nan]), np.array([2.0, 0.9, -0.5, np.nan])

    met = [
        criterion.is_met(lower, upper).tolist()
        for criterion in (
            Differs(),
            Above(value=-2.0),
            Below(value=1.0),
            Between(lower=-2.0, upper=1.0),
        )
    ]

    assert met == [
        [False, True, True, False],
        [True, True, False, False],
        [False, True, True, False],
        [False, True, False, False],
    ]
    with pytest.raises(SimulationError, match=r"The margins 1\.0 and -1\.0 leave no room"):
        Between(lower=1.0, upper=-1.0)
