"""How a design fares: power by stage, expected information, and its price beside a trial without looks."""

from dataclasses import dataclass
from itertools import accumulate

from scipy.special import ndtri

from analysis.interim_analysis.boundaries import SolvedDesign
from analysis.interim_analysis.design import Sides
from analysis.interim_analysis.random_walk import exit_probabilities
from analysis.interim_analysis.stopping_bounds import Boundaries


@dataclass(frozen=True, kw_only=True, slots=True)
class StageProbabilities:
    """Where a trial with some true effect stops."""

    drift: float
    efficacy: tuple[float, ...]
    """Probability of showing a benefit at each look, not cumulative."""
    below: tuple[float, ...]
    """Probability of leaving below at each look: given up, or of a two-sided design the opposite effect shown. Of a
    one-sided design the last is the probability of ending without having shown anything."""
    expected_information: float
    """As a share of the maximum of this design."""

    @property
    def power_by_stage(self) -> tuple[float, ...]:
        """Probability of having shown an effect by each look."""
        return tuple(accumulate(self.efficacy))


@dataclass(frozen=True, kw_only=True, slots=True)
class Characteristics:
    """A design beside the trial of the same level and power that looks once, at its end."""

    drift: float
    inflation_factor: float
    """Maximum information over that of the trial without looks."""
    power_by_stage: tuple[float, ...]
    """Under the planned effect."""
    average_h1: float
    """Expected information under the planned effect over the information of the trial without looks."""
    average_h0: float
    """The same without an effect."""
    average_between: float
    """The same at half the planned effect."""


def stage_probabilities(boundaries: Boundaries, drift: float) -> StageProbabilities:
    """Return where a trial stops whose statistic at full information is expected to be ``drift``."""
    below, above = exit_probabilities(
        boundaries.information, boundaries.stopping_below, boundaries.efficacy, drift
    )
    stops = [low + high for low, high in zip(below[:-1], above[:-1], strict=True)]
    stops.append(1 - sum(stops))
    expected = sum(t * stop for t, stop in zip(boundaries.information, stops, strict=True))
    unshown = (*below[:-1], 1 - sum(above) - sum(below[:-1]))
    return StageProbabilities(
        drift=drift,
        efficacy=above,
        below=below if boundaries.sides is Sides.TWO_SIDED else unshown,
        expected_information=expected / boundaries.information[-1],
    )


def compute_characteristics(solved: SolvedDesign) -> Characteristics:
    """Compare a design with the trial of the same level and power that looks once."""
    design = solved.design
    fixed = -float(ndtri(design.level_of_a_side)) + float(ndtri(design.statistical_power))
    inflation = (solved.drift / fixed) ** 2
    planned, none, half = (
        stage_probabilities(solved.boundaries, share * solved.drift) for share in (1.0, 0.0, 0.5)
    )
    return Characteristics(
        drift=solved.drift,
        inflation_factor=inflation,
        power_by_stage=planned.power_by_stage,
        average_h1=inflation * planned.expected_information,
        average_h0=inflation * none.expected_information,
        average_between=inflation * half.expected_information,
    )
