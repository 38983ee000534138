"""Fit the covariance structures of the plan in their order until one can be trusted, and keep the record.

The order is fixed before the data are seen; nothing here compares structures by how well or how favourably they fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.estimators.mixed_model.covariance.structure import CovarianceStructure
from analysis.estimators.mixed_model.data import MixedModelData
from analysis.estimators.mixed_model.fit import MixedModelFit, fit_mixed_model
from analysis.estimators.mixed_model.likelihood import Estimation
from analysis.estimators.mixed_model.patterns import sum_patterns
from analysis.estimators.mixed_model.structures import STRUCTURES
from analysis.results import NotEstimableError

FALLBACK = tuple(STRUCTURES[name] for name in ("us", "toeph", "adh", "ar1h", "csh"))
"""An order from the most general to the simplest structure with a variance for each visit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One structure that was tried.

    Attributes
    ----------
    structure : str
        Short name.
    reason : str
        Why it was given up; empty for the one that is reported.
    """

    structure: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FitOnRecord:
    """The first fit that can be trusted and everything that was tried before it."""

    fit: MixedModelFit
    attempts: tuple[Attempt, ...]

    @property
    def comment(self) -> str:
        """What the report says about the structures that were given up; empty when the first one was fitted."""
        given_up = [f"{a.structure}: {a.reason}" for a in self.attempts if a.reason]
        if not given_up:
            return ""
        return f"Fell back to {self.attempts[-1].structure} as planned ({'; '.join(given_up)})."


def fit_in_order(
    data: MixedModelData,
    structures: Sequence[CovarianceStructure] = FALLBACK,
    estimation: Estimation = Estimation.REML,
) -> FitOnRecord:
    """Fit the structures in their order until one can be trusted.

    Parameters
    ----------
    data : MixedModelData
    structures : sequence of CovarianceStructure
        In the order of the analysis plan.
    estimation : Estimation

    Raises
    ------
    NotEstimableError
        When none can be trusted: the text has the reason of each.
    """
    sums = sum_patterns(data)
    attempts: list[Attempt] = []
    for structure in structures:
        try:
            fit = fit_mixed_model(sums, structure, estimation)
        except NotEstimableError as error:
            attempts.append(Attempt(structure=structure.name, reason=str(error)))
            continue
        attempts.append(Attempt(structure=structure.name, reason=fit.trouble))
        if fit.is_trustworthy:
            return FitOnRecord(fit=fit, attempts=tuple(attempts))
    reasons = "; ".join(f"{attempt.structure}: {attempt.reason}" for attempt in attempts)
    message = f"no planned covariance structure can be fitted ({reasons})"
    raise NotEstimableError(message)
