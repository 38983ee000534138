"""Every estimator can be simulated in its world; its numbers are those of that world."""

import math
import pickle
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from analysis.operating_characteristics.dropout import Mechanism
from analysis.operating_characteristics.errors import SimulationError
from analysis.operating_characteristics.executors import SerialExecutor
from analysis.operating_characteristics.tally import Simulated
from analysis.sample_size.means import TwoMeans, ancova
from analysis.sample_size.proportions import TwoProportions
from analysis.sample_size.requirement import Target
from analysis.sample_size.within_participant import Crossover
from analysis.simulated_power.assumptions import (
    Value,
    assumptions_of,
    read_assumptions,
    shown,
)
from analysis.simulated_power.designs import DESIGNS, design_named
from analysis.simulated_power.enrolment import Enrolment
from analysis.simulated_power.finding import Finding
from analysis.simulated_power.periods import williams_sequences
from analysis.simulated_power.simulate import Judged, SimulatedPower, simulate_power

TARGET = Target(significance_level=0.05, statistical_power=0.8)
TRIALS = 250
CHECKOUT = Path(__file__).resolve().parents[3]


def found_in(
    name: str, people: Enrolment, trials: int, seed: int = 1, **said: Value
) -> SimulatedPower:
    return simulate_power(
        name,
        DESIGNS[name].make_world(people, said),
        confidence_level=0.95,
        trials=trials,
        seed=seed,
        executor=SerialExecutor(),
    )


def agrees(found: Simulated, expected: float) -> bool:
    return abs(found.value - expected) < 4 * math.sqrt(expected * (1 - expected) / TRIALS)


def one_trial(name: str, people: Enrolment, seed: int = 3) -> Finding:
    design = DESIGNS[name]
    world = design.make_world(people, {})
    table = world.draw(np.random.Generator(np.random.PCG64(seed)))
    return design.estimate(world, table, 0.95)


@pytest.mark.parametrize("name", list(DESIGNS))
def test_every_estimator_gives_a_number_near_the_truth_of_its_world(name: str) -> None:
    people = Enrolment(
        participants=(200, 200),
        dropout=(0.1, 0.05),
        cluster_size=8,
        intracluster_correlation=0.02,
    )
    if name == "impute-jr-jackknife":
        people = replace(people, participants=(60, 60))
    found = one_trial(name, people)
    truth = DESIGNS[name].truth_in(DESIGNS[name].make_world(people, {}))
    width = found.upper - found.lower
    assert found.lower < found.estimate < found.upper
    assert abs(found.estimate - truth) < width


@pytest.mark.parametrize(
    ("name", "closed"),
    [
        ("t-test", TwoMeans(difference=0.5, standard_deviation=1.0)),
        ("ancova", ancova(difference=0.5, standard_deviation=1.0, baseline_correlation=0.5)),
        ("risk-difference", TwoProportions(first=0.5, second=0.3, hypothesis=None)),
        ("crossover", Crossover(difference=0.5, within_standard_deviation=1.0)),
    ],
)
def test_power_is_that_of_the_closed_form(
    name: str, closed: TwoMeans | TwoProportions | Crossover
) -> None:
    n = 20 if name == "crossover" else 50
    found = found_in(name, Enrolment(participants=(n, n)), TRIALS, seed=2)
    assert agrees(found.with_effect.shown, closed.statistical_power(n, n, TARGET))
    assert agrees(found.without_effect.shown, 0.05)
    assert agrees(found.with_effect.coverage, 0.95)


def test_therapists_that_are_ignored_raise_the_error_and_the_cluster_robust_analysis_keeps_it() -> (
    None
):
    people = Enrolment(participants=(80, 80), cluster_size=8, intracluster_correlation=0.3)
    assert found_in("t-test", people, 150).without_effect.shown.value > 0.15
    assert found_in("cluster-robust", people, 100).without_effect.shown.value < 0.14


def test_losses_cost_power_and_leave_the_share_that_was_planned() -> None:
    whole, lossy = (Enrolment(participants=(60, 60), dropout=(d, d)) for d in (0.0, 0.5))
    assert found_in("t-test", lossy, 250).with_effect.shown.value < (
        found_in("t-test", whole, 250).with_effect.shown.value - 0.1
    )
    seen = lossy.draw(np.random.Generator(np.random.PCG64(1))).stays.mean()
    assert 0.35 < seen < 0.65


@pytest.mark.parametrize(("mechanism", "column"), [(Mechanism.MAR, 0), (Mechanism.MNAR, 1)])
def test_those_who_do_badly_leave_when_it_is_assumed(mechanism: Mechanism, column: int) -> None:
    people = Enrolment(
        participants=(4000, 4000),
        dropout=(0.3, 0.3),
        mechanism=mechanism,
        leaving_log_odds=1.0,
    )
    who = people.draw(np.random.Generator(np.random.PCG64(5)))
    value = (who.baseline, who.level)[column]
    assert value[~who.stays].mean() > value[who.stays].mean() + 0.6
    assert (~who.stays).mean() == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("name", list(DESIGNS))
def test_another_process_can_be_told_what_to_do(name: str) -> None:
    design = DESIGNS[name]
    world = design.make_world(Enrolment(participants=(20, 20)), {})
    asked = Judged(name=name, design=design, world=world, confidence_level=0.95)
    assert pickle.loads(pickle.dumps(asked)) == asked  # noqa: S301 - our own


def test_every_treatment_follows_every_other_equally_often_in_a_williams_design() -> None:
    for count in (3, 4, 5, 6):
        sequences = williams_sequences(count)
        pairs = [(a, b) for row in sequences.tolist() for a, b in pairwise(row)]
        assert {pairs.count(pair) for pair in pairs} == {len(sequences) // count}
        assert len(set(pairs)) == count * (count - 1)


def test_assumptions_are_read_by_name_and_a_wrong_one_is_named() -> None:
    world = design_named("counts").world
    assert read_assumptions(world, {"rates": "1.2,0.8", "dispersion": "0"}) == {
        "rates": (1.2, 0.8),
        "dispersion": 0.0,
    }
    for said, told in (
        ({"rate": "1,2"}, "no assumption 'rate' here; there is rates, exposure, dispersion"),
        ({"dispersion": "1,2"}, "2 numbers; one is needed"),
        ({"dispersion": "much"}, "'much' is not a number"),
    ):
        with pytest.raises(SimulationError, match=told):
            read_assumptions(world, said)
    with pytest.raises(SimulationError, match="No estimator 'coutns' can be simulated"):
        design_named("coutns")


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("t-test", {"standard_deviation": 0.0}, "standard_deviation is 0"),
        ("risk-difference", {"proportions": (0.5, 1.2)}, "proportions: 0.5,1.2"),
        ("risk-difference", {"proportions": (0.5,)}, "give two numbers"),
        ("ordinal", {"shares": (0.5, 0.6)}, "shares are 0.5,0.6"),
        ("mmrm", {"visits": 1.0}, "visits is 1"),
        ("mmrm", {"visits": 2.5}, "visits is 2.5"),
        ("crossover-many-periods", {"treatments": 2.0}, "treatments is 2"),
        ("dose-response", {"doses": (0.0, 10.0)}, "doses are 0,10"),
        ("cace", {"uptake": (0.3, 0.5)}, "uptake is 0.3,0.5"),
        ("counts", {"dispersion": -1.0}, "dispersion is -1"),
        ("session-means", {"attendance": 0.0}, "attendance is 0"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    name: str, said: dict[str, Value], told: str
) -> None:
    with pytest.raises(SimulationError, match=told):
        DESIGNS[name].make_world(Enrolment(participants=(20, 20)), said)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"participants": (1, 20)}, "1 and 20 participants"),
        ({"dropout": (1.0, 0.0)}, "shares lost are 1.0 and 0.0"),
        ({"baseline_correlation": 1.0}, "correlation with the baseline is 1"),
        ({"intracluster_correlation": 1.0}, "Clusters of 1 with correlation 1"),
        ({"leaving_log_odds": 1.0}, "missing completely at random with log odds 1"),
        ({"mechanism": Mechanism.MAR}, "missing at random with log odds 0"),
    ],
)
def test_people_that_cannot_be_are_refused(changed: dict[str, object], told: str) -> None:
    with pytest.raises(SimulationError, match=told):
        replace(Enrolment(participants=(20, 20)), **changed)  # type: ignore[arg-type]


def test_the_reference_lists_every_estimator_with_its_assumptions() -> None:
    text = (CHECKOUT / "docs" / "reference" / "fit-power.md").read_text("utf-8")
    for name, design in DESIGNS.items():
        said = ", ".join(f"`{one.name}={shown(one.usual)}`" for one in assumptions_of(design.world))
        assert f"| `{name}` | {design.quantity} | {said} |" in text
