"""An analysis outside the plan, as somebody asked for it: what the audit trail keeps and what computes it again."""

from dataclasses import dataclass
from datetime import datetime

from protocols.analysis_plan import Estimator
from protocols.imputation import PlannedImputation
from protocols.mixed_model import PlannedMixedModel


@dataclass(frozen=True, kw_only=True, slots=True)
class Exploration:
    """The data of a planned analysis, estimated in another way."""

    analysis: str
    """Code of the planned analysis whose outcome, set and estimand it takes."""
    estimator: Estimator
    covariates: tuple[str, ...] = ()
    mixed_model: PlannedMixedModel | None = None
    imputation: PlannedImputation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedExploration:
    """An exploration as it stands in the audit trail."""

    exploration: Exploration
    by: str
    """User id."""
    at: datetime
