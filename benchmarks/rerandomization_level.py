"""`python -m benchmarks.rerandomization_level`: how often a re-randomization test errs without an effect, by the design it draws again.

Every trial has forty people at three sites, a site that differs, and a trend over time; nothing depends on the arm.
Prints one line a design for `docs/explanation/subgroups-and-dose.md`.
"""

import argparse

import numpy as np
import pandas as pd

from analysis.estimators.allocation_columns import (
    BlocksWithin,
    LearningUrn,
    MinimizedOn,
    PlannedAllocation,
    compare_as_allocated,
)
from analysis.estimators.frame import Comparison
from analysis.estimators.rerandomization import Rerandomization
from analysis.estimators.rerandomization_frame import AllocatedColumns

PEOPLE = 40
LEVEL = 0.05
INTERVAL = 0.90
BOTH = Comparison(column="arm", first="M", second="C")
DESIGNS: dict[str, PlannedAllocation] = {
    "minimization, probability 0.9": MinimizedOn(factors=("site", "sex"), probability=0.9),
    "blocks of 2 and 4 within site": BlocksWithin(strata=("site",), sizes=(2, 4)),
    "play the winner": LearningUrn(success="success"),
}


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=600)
    parser.add_argument("--draws", type=int, default=99)
    parser.add_argument("--seed", type=int, default=11)
    given = parser.parse_args()
    generator = np.random.Generator(np.random.PCG64(given.seed))
    for name, planned in DESIGNS.items():
        found = [
            compared(trial(planned, generator), planned, given.draws, generator)
            for _ in range(given.trials)
        ]
        shown = np.mean([(one.effect.p or 1.0) <= LEVEL for one in found])
        held = np.mean([holds_nothing(one) for one in found])
        print(
            f"{name}: shown at {LEVEL:.0%} in {shown:.1%}, interval of {INTERVAL:.0%} holds 0 in {held:.1%}"
        )


def trial(planned: PlannedAllocation, generator: np.random.Generator) -> pd.DataFrame:
    """Return a trial without an effect, with both arms, allocated by the design."""
    outcome = generator.normal(size=PEOPLE) + np.linspace(0, 2, PEOPLE)
    site = generator.choice(list("abc"), PEOPLE)
    outcome = outcome + 2 * (site == "a")
    frame = pd.DataFrame(
        {
            "site": site,
            "sex": generator.choice(list("mf"), PEOPLE),
            "y": outcome,
            "success": (outcome > 1).astype(float),
            "arm": BOTH.first,
        }
    )
    design = planned.design(frame, BOTH)
    first = design.draw(PEOPLE, 1, generator)[0]
    while first.all() or not first.any():
        first = design.draw(PEOPLE, 1, generator)[0]
    return frame.assign(arm=np.where(first, BOTH.first, BOTH.second))


def compared(
    frame: pd.DataFrame, planned: PlannedAllocation, draws: int, generator: np.random.Generator
) -> Rerandomization:
    """Test a trial by its own design."""
    columns = AllocatedColumns(outcome="y", comparison=BOTH)
    return compare_as_allocated(
        frame,
        columns,
        planned,
        order=None,
        draws=draws,
        generator=generator,
        confidence_level=INTERVAL,
    )


def holds_nothing(found: Rerandomization) -> bool:
    """Return whether no effect lies in the interval."""
    interval = found.effect.interval
    return interval is None or interval.lower <= 0 <= interval.upper


if __name__ == "__main__":
    main()
