"""The size found by simulation is that of the closed form."""

from dataclasses import replace

import pytest

from analysis.operating_characteristics.errors import SimulationError
from analysis.operating_characteristics.executors import SerialExecutor
from analysis.operating_characteristics.linear_analyses import Ancova
from analysis.operating_characteristics.scenarios import ArmAssumptions, VisitsScenario
from analysis.operating_characteristics.simulate import Experiment
from analysis.operating_characteristics.size_search import SizeFound, find_size
from analysis.sample_size.means import ancova
from analysis.sample_size.repeated_measures import exchangeable
from analysis.sample_size.requirement import Target


def experiment_of(participants: int) -> Experiment:
    """Return a trial with so many participants an arm."""
    control = ArmAssumptions(participants=participants, means=(0.0, 0.0))
    scenario = VisitsScenario(
        name=f"{participants} per arm",
        first=replace(control, means=(0.0, 0.6)),
        second=control,
        standard_deviations=(1.0, 1.0),
        correlation=exchangeable(2, 0.5),
        truth=0.6,
    )
    return Experiment(scenario=scenario, analyses=(Ancova(),))


def search(power: float, between: tuple[int, int]) -> SizeFound:
    """Search with a few thousand trials."""
    return find_size(
        experiment_of,
        statistical_power=power,
        between=between,
        trials=3000,
        seed=7,
        executor=SerialExecutor(),
    )


def test_the_size_found_is_that_of_the_closed_form() -> None:
    found = search(0.8, (4, 200))

    design = ancova(difference=0.6, standard_deviation=1.0, baseline_correlation=0.5)
    exact = design.requirement(Target(statistical_power=0.8)).first
    assert found.size == pytest.approx(exact, abs=2.5)
    assert found.at_size.shown.value >= 0.8
    assert len(found.tried) <= 9


@pytest.mark.parametrize(
    ("power", "between", "sentence"),
    [
        (0.8, (10, 5), "Sizes from 10 to 5"),
        (1.0, (4, 50), r"a power of 1\.0 cannot be searched"),
        (0.99, (4, 12), "The largest size, 12, has a power of"),
    ],
)
def test_a_search_that_cannot_end_is_named(
    power: float, between: tuple[int, int], sentence: str
) -> None:
    with pytest.raises(SimulationError, match=sentence):
        search(power, between)
