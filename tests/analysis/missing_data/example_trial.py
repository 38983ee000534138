"""A made-up trial in a plain table: two arms, a baseline, three visits, participants who leave."""

import numpy as np
import pandas as pd

from analysis.missing_data.frame import EventStrategy, ImputationColumns
from analysis.missing_data.imputation import ImputationPlan, Jackknife, RubinsRules
from analysis.missing_data.posterior import Chain
from analysis.missing_data.strategies import ImputationStrategy

COLUMNS = ImputationColumns(
    participant="id", visit="visit", arm="arm", outcome="anxiety", covariates=("baseline",)
)
JUMP = EventStrategy(strategy=ImputationStrategy.JUMP_TO_REFERENCE, reference_arm="control")
BY_JACKKNIFE = ImputationPlan(variance=Jackknife())
BY_RUBIN = ImputationPlan(variance=RubinsRules(chain=Chain(draws=20, warm_up=20, spacing=1)))


def generator(seed: int = 1) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def example_frame(
    per_arm: int = 15, n_visits: int = 3, leave: float = 0.15, seed: int = 7
) -> pd.DataFrame:
    """Return rows of every participant at every visit; from the visit on at which someone leaves, the outcome is missing."""
    draw = generator(seed)
    rows = []
    for number in range(2 * per_arm):
        arm = ("music", "control")[number % 2]
        baseline = draw.normal(14.0, 3.0)
        level = draw.normal(0.0, 2.0)
        left = False
        for visit in range(1, n_visits + 1):
            left = left or (visit > 1 and draw.random() < leave)
            effect = -1.0 * visit if arm == "music" else 0.0
            value = 0.5 * baseline + effect + level + draw.normal(0.0, 1.5)
            rows.append(
                {
                    "id": f"P{number:03d}",
                    "visit": f"Week {visit}",
                    "arm": arm,
                    "baseline": baseline,
                    "anxiety": np.nan if left else value,
                }
            )
    return pd.DataFrame(rows)


def with_values(
    frame: pd.DataFrame, column: str, where: "pd.Series[bool]", value: str | float
) -> pd.DataFrame:
    """Return the table with one value put into some cells."""
    changed = frame.copy()
    changed[column] = changed[column].where(~where, value)
    return changed
