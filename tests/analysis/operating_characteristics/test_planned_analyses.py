"""A protocol is simulated with the analyses of its own plan."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from analysis.operating_characteristics.errors import SimulationError
from analysis.operating_characteristics.planned_analyses import Beyond
from analysis.operating_characteristics.protocol_scenarios import USUAL, protocol_experiments
from analysis.operating_characteristics.scenarios import VisitsScenario
from analysis.operating_characteristics.sequential_analysis import Sequential
from analysis.operating_characteristics.simulate import Experiment
from protocols.analysis_plan import AnalysisSet, Estimator, PlannedAnalysis
from protocols.design import Protocol
from protocols.document import shipped_protocol
from protocols.imputation import ImputationStrategy, ImputedVariance, PlannedImputation
from protocols.interim_looks import PlannedLooks, Spending
from protocols.mixed_model import CovarianceName, PlannedMixedModel
from protocols.outcomes import OutcomeSource
from protocols.planned_estimators import (
    ClusterErrors,
    PlannedClusters,
    PlannedMargin,
    PlannedRedraw,
    PlannedResponder,
    PlannedSessionCourse,
    ResponseCriterion,
    SessionModel,
)

RUBIN = PlannedImputation(
    strategy=ImputationStrategy.JUMP_TO_REFERENCE,
    variance=ImputedVariance.RUBIN,
    imputations=10,
    seed=3,
)
MARGIN = PlannedMargin(margin=2.0, reason="half of what matters")
RESPONSE = PlannedResponder(
    criterion=ResponseCriterion.IMPROVED_BY, threshold=4.0, source="a paper"
)


def planned(estimator: Estimator, **promises: object) -> Protocol:
    """Return the shipped protocol, smaller, with another primary analysis."""
    protocol = shipped_protocol()
    own = protocol.primary_analysis
    changed: PlannedAnalysis = replace(own, estimator=estimator, **promises)  # type: ignore[arg-type]
    analyses = tuple(changed if one is own else one for one in protocol.analysis.analyses)
    return replace(
        protocol,
        sample_size=replace(protocol.sample_size, per_arm=30),
        analysis=replace(protocol.analysis, analyses=analyses),
    )


def last(protocol: Protocol, beyond: Beyond = USUAL) -> Experiment:
    """Return the experiment with the planned difference and losses not at random."""
    return protocol_experiments(protocol, beyond)[-1]


def estimates(experiment: Experiment, trials: int) -> list[np.ndarray]:
    generator = np.random.Generator(np.random.PCG64(5))
    batch = experiment.scenario.draw(trials, generator)
    return [analysis.analyse(batch).estimate for analysis in experiment.analyses]


@pytest.mark.parametrize(
    ("estimator", "promises", "name"),
    [
        (Estimator.ANCOVA, {}, "ANCOVA"),
        (Estimator.ANCOVA, {"imputation": RUBIN}, "ANCOVA, jump to reference"),
        (
            Estimator.MMRM,
            {"mixed_model": PlannedMixedModel(structures=(CovarianceName.UNSTRUCTURED,))},
            "MMRM, us, kenward-roger-linear",
        ),
        (Estimator.DIFFERENCE_IN_MEANS, {}, "t test"),
        (Estimator.HODGES_LEHMANN, {}, "Hodges-Lehmann"),
        (
            Estimator.RERANDOMIZATION,
            {"rerandomization": PlannedRedraw(draws=999, seed=1)},
            "re-randomization test",
        ),
        (Estimator.EQUIVALENCE, {"margin": MARGIN}, "ANCOVA, equivalence within 2"),
        (Estimator.NON_INFERIORITY, {"margin": MARGIN}, "ANCOVA, non-inferiority within 2"),
        (
            Estimator.CLUSTER_ROBUST,
            {"clusters": PlannedClusters(standard_errors=ClusterErrors.CR2)},
            "ANCOVA, CR2 over sites",
        ),
        (Estimator.RESPONDER, {"responder": RESPONSE}, "responders, better by 4"),
    ],
)
def test_the_planned_analysis_is_simulated_and_agrees_with_its_truth(
    estimator: Estimator, promises: dict[str, object], name: str
) -> None:
    beyond = Beyond(cluster_size=3, intracluster_correlation=0.05)
    experiment = last(planned(estimator, **promises), beyond)
    assert experiment.analyses[0].name.startswith(name)
    assert pickle.loads(pickle.dumps(experiment)).truths == experiment.truths  # noqa: S301 - our own
    found = estimates(experiment, 6)[0]
    assert np.isfinite(found).all()
    error = found.std(ddof=1) if estimator is Estimator.RESPONDER else 1.5
    assert abs(found.mean() - experiment.truth_of(0)) < 4 * error / np.sqrt(6)


def test_the_share_of_responders_that_is_true_is_that_of_many_participants() -> None:
    protocol = planned(Estimator.RESPONDER, responder=RESPONSE)
    experiment = last(replace(protocol, sample_size=replace(protocol.sample_size, per_arm=40_000)))
    scenario = experiment.scenario
    assert isinstance(scenario, VisitsScenario)
    whole = replace(
        scenario,
        first=replace(scenario.first, dropout=None),
        second=replace(scenario.second, dropout=None),
    )
    batch = whole.draw(1, np.random.Generator(np.random.PCG64(2)))
    shares = [
        (arm.baseline - arm.outcomes[:, :, -1] >= 4).mean() for arm in (batch.first, batch.second)
    ]
    assert shares[0] - shares[1] == pytest.approx(experiment.truth_of(0), abs=0.015)


@pytest.mark.parametrize("estimator", [Estimator.SESSION_CHANGE, Estimator.SESSION_COURSE])
def test_an_outcome_of_sessions_has_them_all_with_the_planned_scatter_of_their_mean(
    estimator: Estimator,
) -> None:
    course = PlannedSessionCourse(models=(SessionModel.COMPOUND_SYMMETRY,))
    protocol = planned(
        estimator, session_course=course if estimator is Estimator.SESSION_COURSE else None
    )
    own = protocol.primary_outcome
    outcomes = tuple(
        replace(one, source=OutcomeSource.SESSION_RATING, visit=None) if one is own else one
        for one in protocol.outcomes
    )
    protocol = replace(protocol, outcomes=outcomes)
    experiment = last(protocol, Beyond(attendance=0.8))
    scenario = experiment.scenario
    assert isinstance(scenario, VisitsScenario)
    assert len(scenario.first.means) == protocol.sessions.count + 1
    assert set(scenario.first.means[1:]) == {scenario.truth}
    assert scenario.first.attendance == 0.8
    found = estimates(experiment, 8)
    assert abs(found[0].mean() - scenario.truth) < 2.5
    whole = replace(scenario.second, dropout=None, attendance=1.0, participants=4000)
    batch = replace(scenario, second=whole).draw(1, np.random.Generator(np.random.PCG64(1)))
    spread = batch.second.outcomes[0].mean(axis=1).std()
    assert spread == pytest.approx(protocol.sample_size.standard_deviation, rel=0.05)


def test_a_mixed_model_is_held_at_the_promised_looks_too() -> None:
    protocol = planned(
        Estimator.MMRM, mixed_model=PlannedMixedModel(structures=(CovarianceName.UNSTRUCTURED,))
    )
    looks = PlannedLooks(information_fractions=(0.5, 1.0), spending=Spending.O_BRIEN_FLEMING)
    protocol = replace(protocol, analysis=replace(protocol.analysis, looks=looks))
    experiment = last(protocol)
    assert isinstance(experiment.analyses[1], Sequential)
    generator = np.random.Generator(np.random.PCG64(4))
    found = experiment.analyses[1].analyse(experiment.scenario.draw(6, generator))
    assert set(found.participants) <= {30.0, 60.0}
    assert np.isfinite(found.df).all()


def test_several_analyses_see_the_same_trials() -> None:
    protocol = planned(Estimator.ANCOVA)
    codes = (protocol.primary_analysis.code, "mixed_model_gad7_week_4")
    experiment = last(protocol, Beyond(analyses=codes))
    ancova, mixed, means = estimates(experiment, 4)
    assert mixed == pytest.approx(ancova, abs=1e-8)
    assert not np.allclose(means, ancova)


@pytest.mark.parametrize(
    ("protocol", "beyond", "told"),
    [
        (planned(Estimator.COMPLIER_EFFECT), Beyond(), "antiphon fit power"),
        (planned(Estimator.ANCOVA), Beyond(analyses=("nope",)), "no analysis 'nope'"),
        (
            planned(Estimator.ANCOVA, analysis_set=AnalysisSet.PER_PROTOCOL),
            Beyond(),
            "per protocol set",
        ),
        (planned(Estimator.CLUSTER_ROBUST), Beyond(), "say how many of an arm do"),
        (planned(Estimator.MMRM), Beyond(), "does not say how the mixed model"),
        (planned(Estimator.RERANDOMIZATION), Beyond(), "does not say how often"),
        (
            planned(
                Estimator.RESPONDER,
                responder=replace(RESPONSE, criterion=ResponseCriterion.REACHED),
            ),
            Beyond(),
            "counts who reaches a value",
        ),
    ],
)
def test_what_cannot_be_simulated_is_told_in_one_sentence(
    protocol: Protocol, beyond: Beyond, told: str
) -> None:
    with pytest.raises(SimulationError, match=told):
        protocol_experiments(protocol, beyond)
