"""Simulated trials: what closed forms say, the same numbers wherever they are computed."""

import math
import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from analysis.interim_analysis.boundaries import solve_design
from analysis.interim_analysis.characteristics import compute_characteristics
from analysis.interim_analysis.design import (
    BetaSpending,
    GroupSequentialDesign,
    Sides,
    equally_spaced,
)
from analysis.interim_analysis.spending import OBrienFlemingSpending, PocockSpending
from analysis.operating_characteristics.batches import BatchEstimates, VisitsBatch
from analysis.operating_characteristics.errors import SimulationError
from analysis.operating_characteristics.executors import ProcessExecutor, SerialExecutor
from analysis.operating_characteristics.linear_analyses import (
    Ancova,
    ClusterMeansTest,
    MeansTest,
    Summary,
)
from analysis.operating_characteristics.scenarios import ArmAssumptions, VisitsScenario
from analysis.operating_characteristics.sequential_analysis import Better, Sequential
from analysis.operating_characteristics.simulate import (
    TRIALS_OF_A_BATCH,
    Experiment,
    plan_batches,
    run_batch,
    simulate,
)
from analysis.operating_characteristics.tally import OperatingCharacteristics, Simulated
from analysis.sample_size.means import TwoMeans, ancova
from analysis.sample_size.repeated_measures import exchangeable, session_mean_factor
from analysis.sample_size.requirement import Target

SERIAL = SerialExecutor()
CONTROL = ArmAssumptions(participants=60, means=(0.0, 0.0))
PLAIN = VisitsScenario(
    name="half a standard deviation",
    first=replace(CONTROL, means=(0.0, 0.5)),
    second=CONTROL,
    standard_deviations=(1.0, 1.0),
    correlation=exchangeable(2, 0.5),
    truth=0.5,
)


def only(
    scenario: VisitsScenario, analysis: Ancova | MeansTest | ClusterMeansTest | Sequential, n: int
) -> OperatingCharacteristics:
    """Return the characteristics of one analysis in one scenario."""
    experiment = Experiment(scenario=scenario, analyses=(analysis,))
    (found,) = simulate([experiment], trials=n, seed=20261125, executor=SERIAL)
    return found


def is_near(found: Simulated, expected: float) -> bool:
    """Whether a number lies within four Monte Carlo errors."""
    return abs(found.value - expected) < 4 * found.standard_error


def test_simulated_power_is_that_of_the_closed_form() -> None:
    found = only(PLAIN, Ancova(), 20_000)

    design = ancova(difference=0.5, standard_deviation=1.0, baseline_correlation=0.5)
    assert is_near(found.shown, design.statistical_power(60, 60, Target()))
    assert is_near(found.bias, 0.0)
    assert is_near(found.missed_below, 0.025)
    assert is_near(found.missed_above, 0.025)
    assert found.model_error == pytest.approx(found.empirical_error.value, rel=0.02)
    assert found.participants == Simulated(value=120.0, standard_error=0.0)


def test_clusters_in_one_arm_break_the_t_test_and_leave_cluster_means_alone() -> None:
    therapists = replace(CONTROL, participants=80, cluster_size=10, intracluster_correlation=0.15)
    scenario = replace(
        PLAIN,
        name="therapists",
        first=therapists,
        second=replace(CONTROL, participants=80),
        truth=0.0,
    )

    ignoring = only(scenario, MeansTest(), 6000)
    minding = only(scenario, ClusterMeansTest(), 6000)

    assert ignoring.shown.value > 0.09
    assert minding.shown.value == pytest.approx(0.05, abs=0.012)


def test_sessions_averaged_have_the_power_of_their_design_factor() -> None:
    sessions = 6
    control = ArmAssumptions(participants=40, means=(0.0,) * (sessions + 1))
    scenario = VisitsScenario(
        name="sessions",
        first=replace(control, means=(0.0, *[0.5] * sessions)),
        second=control,
        standard_deviations=(1.0,) * (sessions + 1),
        correlation=exchangeable(sessions + 1, 0.5),
        truth=0.5,
    )

    found = only(scenario, MeansTest(summary=Summary.MEAN_OF_VISITS), 10_000)

    factor = session_mean_factor(sessions=sessions, session_correlation=0.5)
    design = TwoMeans(difference=0.5, standard_deviation=1.0 * math.sqrt(factor))
    assert is_near(found.shown, design.statistical_power(40, 40, Target()))


def test_looks_keep_the_level_and_stop_when_the_recursion_says() -> None:
    plan = GroupSequentialDesign(
        information_fractions=equally_spaced(3),
        significance_level=0.025,
        statistical_power=0.9,
        sides=Sides.ONE_SIDED,
        efficacy=OBrienFlemingSpending(),
        futility=BetaSpending(function=PocockSpending()),
    )
    solved = solve_design(plan)
    per_arm = 150
    effect = solved.drift * math.sqrt(2 / per_arm)
    control = replace(CONTROL, participants=per_arm)
    looks = Sequential(analysis=MeansTest(), boundaries=solved.boundaries, better=Better.LOWER)
    fixed = (solved.drift**2 / compute_characteristics(solved).inflation_factor) * 4 / effect**2
    characteristics = compute_characteristics(solved)

    with_effect = only(
        replace(PLAIN, first=replace(control, means=(0.0, -effect)), second=control, truth=-effect),
        looks,
        8000,
    )
    without = only(replace(PLAIN, first=control, second=control, truth=0.0), looks, 8000)

    assert with_effect.shown.value == pytest.approx(0.9, abs=0.015)
    assert without.shown.value < 0.025 + 4 * without.shown.standard_error
    assert with_effect.participants.value == pytest.approx(
        fixed * characteristics.average_h1, rel=0.02
    )
    assert without.participants.value == pytest.approx(fixed * characteristics.average_h0, rel=0.02)
    assert with_effect.bias.value < 0  # a trial that stops early overestimates


def test_every_analysis_sees_the_same_trials() -> None:
    twice = Experiment(scenario=PLAIN, analyses=(Ancova(), Ancova()))

    first, second = simulate([twice], trials=300, seed=3, executor=SERIAL)

    assert first == second


def test_the_same_seed_gives_the_same_numbers_and_another_one_others() -> None:
    experiment = Experiment(scenario=PLAIN, analyses=(Ancova(),))

    one, again, other = (
        simulate([experiment], trials=500, seed=seed, executor=SERIAL)[0] for seed in (3, 3, 4)
    )

    assert one == again
    assert one.bias != other.bias


def test_more_trials_only_add_batches() -> None:
    experiment = Experiment(scenario=PLAIN, analyses=(Ancova(),))
    few = plan_batches([experiment], trials=2 * TRIALS_OF_A_BATCH, seed=3)
    many = plan_batches([experiment], trials=4 * TRIALS_OF_A_BATCH + 1, seed=3)

    assert [run_batch(task) for _, task in few] == [run_batch(task) for _, task in many[:2]]
    assert [task.trials for _, task in many] == [TRIALS_OF_A_BATCH] * 4 + [1]


def test_scenarios_do_not_share_chance() -> None:
    experiments = [Experiment(scenario=PLAIN, analyses=(Ancova(),))] * 2

    first, second = simulate(experiments, trials=300, seed=3, executor=SERIAL)

    assert first.bias != second.bias


def test_progress_is_told_batch_by_batch() -> None:
    told: list[tuple[int, int]] = []

    simulate(
        [Experiment(scenario=PLAIN, analyses=(Ancova(),))],
        trials=3 * TRIALS_OF_A_BATCH,
        seed=3,
        executor=SERIAL,
        progress=lambda done, of: told.append((done, of)),
    )

    assert told == [(1, 3), (2, 3), (3, 3)]


@dataclass(frozen=True, kw_only=True, slots=True)
class DiesOnce:
    """An analysis whose process is killed the first time, as by a machine that runs out of memory."""

    note: Path
    name: str = "ANCOVA"

    def analyse(self, batch: VisitsBatch) -> BatchEstimates:
        """Leave a note and die, or find the note and work."""
        if not self.note.exists():
            self.note.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return Ancova().analyse(batch)


def test_processes_give_the_numbers_of_one_process_and_one_that_dies_loses_nothing(
    tmp_path: Path,
) -> None:
    def found(
        analysis: Ancova | DiesOnce, executor: SerialExecutor | ProcessExecutor
    ) -> tuple[OperatingCharacteristics, ...]:
        experiment = Experiment(scenario=PLAIN, analyses=(analysis,))
        return simulate([experiment], trials=1100, seed=8, executor=executor)

    killed = found(DiesOnce(note=tmp_path / "died"), ProcessExecutor(workers=2))

    assert (tmp_path / "died").exists()
    assert killed == found(Ancova(), SERIAL)


def test_a_number_of_processes_below_one_is_refused() -> None:
    with pytest.raises(SimulationError, match="The number of processes is 0"):
        ProcessExecutor(workers=0)


@pytest.mark.parametrize(("count", "trials"), [(0, 100), (1, 1)])
def test_nothing_to_simulate_is_refused(count: int, trials: int) -> None:
    experiments = [Experiment(scenario=PLAIN, analyses=(Ancova(),))] * count

    with pytest.raises(SimulationError, match="name at least one scenario and two trials"):
        simulate(experiments, trials=trials, seed=1, executor=SERIAL)


def test_an_analysis_that_never_works_is_named() -> None:
    tiny = replace(CONTROL, participants=2, attendance=1e-9)
    scenario = replace(PLAIN, name="nobody comes", first=tiny, second=tiny)

    with pytest.raises(SimulationError, match="Of 50 trials of “nobody comes” 0 could be analysed"):
        simulate(
            [Experiment(scenario=scenario, analyses=(Ancova(),))],
            trials=50,
            seed=1,
            executor=SERIAL,
        )
