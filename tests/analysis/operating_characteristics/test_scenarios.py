"""Simulated people are as they were assumed to be: moments, losses, clusters, attendance; refusals."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.operating_characteristics.dropout import Dropout, Mechanism
from analysis.operating_characteristics.errors import SimulationError
from analysis.operating_characteristics.protocol_scenarios import protocol_experiments
from analysis.operating_characteristics.scenarios import (
    ArmAssumptions,
    EventsScenario,
    VisitsScenario,
)
from protocols.document import shipped_protocol

ARM = ArmAssumptions(participants=50, means=(5.0, 4.0, 2.0))
SCENARIO = VisitsScenario(
    name="plain",
    first=ARM,
    second=ARM,
    standard_deviations=(1.0, 2.0, 3.0),
    correlation=((1.0, 0.7, 0.5), (0.7, 1.0, 0.7), (0.5, 0.7, 1.0)),
    truth=0.0,
)


def generator() -> np.random.Generator:
    """Return the same generator for each test."""
    return np.random.Generator(np.random.PCG64(11))


def test_people_have_the_means_deviations_and_correlations_assumed() -> None:
    arm = SCENARIO.draw(2000, generator()).first
    values = np.column_stack([arm.baseline.ravel(), arm.outcomes.reshape(-1, 2)])

    assert values.mean(axis=0) == pytest.approx([5.0, 4.0, 2.0], abs=0.04)
    assert values.std(axis=0) == pytest.approx([1.0, 2.0, 3.0], rel=0.01)
    assert np.corrcoef(values.T) == pytest.approx(np.array(SCENARIO.correlation), abs=0.01)


@pytest.mark.parametrize("mechanism", list(Mechanism))
def test_as_many_leave_as_assumed_and_nobody_comes_back(mechanism: Mechanism) -> None:
    odds = 0.0 if mechanism is Mechanism.MCAR else 0.9
    lost = Dropout(lost_by_visit=(0.1, 0.3), mechanism=mechanism, log_odds=odds)
    arm = replace(SCENARIO, first=replace(ARM, dropout=lost)).draw(1500, generator()).first

    gone = np.isnan(arm.outcomes)

    # later losses depend on values of which the most extreme have left: a little fewer than assumed
    assert gone.mean(axis=(0, 1)) == pytest.approx([0.1, 0.3], abs=0.02)
    assert not (gone[:, :, 0] & ~gone[:, :, 1]).any()


def test_losses_at_random_follow_the_last_value_seen_and_others_the_one_not_seen() -> None:
    differences = {}
    for mechanism in (Mechanism.MAR, Mechanism.MNAR):
        lost = Dropout(lost_by_visit=(0.0, 0.3), mechanism=mechanism, log_odds=1.0)
        full = SCENARIO.draw(400, generator()).first
        seen = replace(SCENARIO, first=replace(ARM, dropout=lost)).draw(400, generator()).first
        gone = np.isnan(seen.outcomes[:, :, 1])
        # MAR: given the value seen before, the one not seen says nothing more
        before, after = full.outcomes[:, :, 0].ravel(), full.outcomes[:, :, 1].ravel()
        slope = np.polyfit(before, after, 1)
        rest = after - np.polyval(slope, before)
        differences[mechanism] = rest[gone.ravel()].mean() - rest[~gone.ravel()].mean()

    assert differences[Mechanism.MAR] == pytest.approx(0.0, abs=0.08)
    assert differences[Mechanism.MNAR] > 0.5


def test_participants_of_a_therapist_are_alike_and_the_variance_stays() -> None:
    clustered = replace(ARM, cluster_size=5, intracluster_correlation=0.3)
    arm = replace(SCENARIO, first=clustered).draw(2000, generator()).first

    last = (arm.outcomes[:, :, 1] - 2.0) / 3.0
    means = last.reshape(2000, 10, 5).mean(axis=2)

    assert last.var() == pytest.approx(1.0, rel=0.02)
    assert means.var() == pytest.approx((1 + 4 * 0.3) / 5, rel=0.03)
    assert arm.cluster.tolist() == [place // 5 for place in range(50)]


def test_each_session_is_missed_by_itself() -> None:
    arm = replace(SCENARIO, first=replace(ARM, attendance=0.7)).draw(1000, generator()).first

    seen = np.isfinite(arm.outcomes)

    assert seen.mean() == pytest.approx(0.7, abs=0.01)
    assert (~seen[:, :, 0] & seen[:, :, 1]).mean() == pytest.approx(0.21, abs=0.01)


def test_events_have_their_probability() -> None:
    scenario = EventsScenario(name="events", participants=(40, 60), probabilities=(0.3, 0.5))

    batch = scenario.draw(4000, generator())

    assert scenario.truth == pytest.approx(-0.2)
    assert batch.first.mean() / 40 == pytest.approx(0.3, abs=0.005)
    assert batch.second.mean() / 60 == pytest.approx(0.5, abs=0.005)


def test_the_shipped_protocol_gives_nine_scenarios_of_its_own_assumptions() -> None:
    protocol = shipped_protocol()

    experiments = protocol_experiments(protocol)

    scenarios = [experiment.scenario for experiment in experiments]
    size = protocol.sample_size
    assert len({scenario.name for scenario in scenarios}) == 9
    assert {scenario.truth for scenario in scenarios} == {
        0.0,
        -size.difference / 2,
        -size.difference,
    }
    for scenario in scenarios:
        assert isinstance(scenario, VisitsScenario)
        assert scenario.first.participants == size.per_arm
        assert scenario.first.dropout is not None
        assert scenario.first.dropout.lost_by_visit[-1] == pytest.approx(size.dropout_share)
        assert scenario.first.means[-1] == scenario.truth
        assert scenario.standard_deviations[-1] == size.standard_deviation


def test_a_protocol_with_one_arm_cannot_be_simulated() -> None:
    protocol = shipped_protocol()

    with pytest.raises(SimulationError, match="The protocol has 1 arms"):
        protocol_experiments(replace(protocol, arms=protocol.arms[:1]))


def test_a_protocol_without_a_visit_after_baseline_cannot_be_simulated() -> None:
    protocol = shipped_protocol()

    with pytest.raises(SimulationError, match="has no visit before and after randomization"):
        protocol_experiments(replace(protocol, visits=protocol.visits[:1]))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"participants": 1}, "An arm has 1 participants"),
        ({"attendance": 0.0}, "The attendance is 0.0"),
        ({"cluster_size": 0}, "Clusters of 0 with correlation 0.0"),
        ({"intracluster_correlation": 1.0}, "Clusters of 1 with correlation 1.0"),
        ({"dropout": Dropout(lost_by_visit=(0.1,))}, "There are 2 visits after baseline and 1"),
    ],
)
def test_an_arm_that_cannot_be_is_named(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SimulationError, match=sentence):
        replace(ARM, **change)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"standard_deviations": (1.0, 2.0, -3.0)}, "A standard deviation is -3.0"),
        ({"standard_deviations": (1.0, 2.0)}, "There are 2 standard deviations"),
        (
            {"correlation": ((1.0, 0.9, -0.9), (0.9, 1.0, 0.9), (-0.9, 0.9, 1.0))},
            "not symmetric and positive definite",
        ),
    ],
)
def test_a_scenario_that_cannot_be_is_named(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SimulationError, match=sentence):
        replace(SCENARIO, **change)


@pytest.mark.parametrize(
    ("lost", "mechanism", "odds", "sentence"),
    [
        ((0.2, 0.1), Mechanism.MCAR, 0.0, "The shares lost by visit are 0.2, 0.1"),
        ((), Mechanism.MCAR, 0.0, "The shares lost by visit are empty"),
        ((0.5, 1.0), Mechanism.MCAR, 0.0, "stay below 1"),
        ((0.1,), Mechanism.MCAR, 1.0, "depend on nothing, but log_odds is 1.0"),
    ],
)
def test_losses_that_cannot_be_are_named(
    lost: tuple[float, ...], mechanism: Mechanism, odds: float, sentence: str
) -> None:
    with pytest.raises(SimulationError, match=sentence):
        Dropout(lost_by_visit=lost, mechanism=mechanism, log_odds=odds)


@pytest.mark.parametrize(
    ("participants", "probabilities", "sentence"),
    [
        ((0, 10), (0.5, 0.5), r"The arms have \(0, 10\) participants"),
        ((10, 10), (0.5, 1.5), r"The probabilities are \(0\.5, 1\.5\)"),
        ((10, 10), (0.5, math.nan), "they must lie between 0 and 1"),
    ],
)
def test_events_that_cannot_be_are_named(
    participants: tuple[int, int], probabilities: tuple[float, float], sentence: str
) -> None:
    with pytest.raises(SimulationError, match=sentence):
        EventsScenario(name="events", participants=participants, probabilities=probabilities)
