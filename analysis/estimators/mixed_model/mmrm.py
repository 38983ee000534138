"""A mixed model of a plain table in one call, with everything that a report or a command prints about it.

>>> import pandas as pd
>>> table = pd.DataFrame(
...     {
...         "id": list("aabbccddeeffgghh"),
...         "arm": list("XXYYXXYYXXYYXXYY"),
...         "visit": [1, 2] * 8,
...         "y": [9.1, 7.0, 8.4, 8.2, 7.9, 6.1, 9.9, 9.0, 8.8, 7.3, 7.5, 7.9, 9.4, 6.6, 8.1, 8.5],
...     }
... )
>>> fitted = fit_mmrm(table, "y ~ arm * visit", Roles(participant="id", visit="visit"))
>>> fitted.fit.columns
('(Intercept)', 'armY', 'visit2', 'armY:visit2')
>>> rows = marginal_rows(fitted.table, ("visit", "arm")).minus("arm")
>>> [round(found.estimate, 3) for found in estimate_rows(fitted.inference, rows)]
[-0.325, 1.65]
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimators.mixed_model.covariance.structure import CovarianceStructure
from analysis.estimators.mixed_model.covariance.unstructured import Unstructured
from analysis.estimators.mixed_model.fallback import Attempt, fit_in_order
from analysis.estimators.mixed_model.fit import MixedModelFit
from analysis.estimators.mixed_model.formulas.roles import Roles
from analysis.estimators.mixed_model.formulas.table import ModelTable, read_table
from analysis.estimators.mixed_model.inference import Inference, Linear, Method, infer
from analysis.estimators.mixed_model.likelihood import Estimation
from analysis.estimators.mixed_model.marginal_means import estimate_rows, marginal_rows

__all__ = ["Mmrm", "Roles", "estimate_rows", "fit_mmrm", "marginal_rows"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Mmrm:
    """A table, its fit and its inference.

    Attributes
    ----------
    attempts : tuple of Attempt
        Covariance structures that were tried, the last one reported.
    record_comment : str
        What a report says about those that were given up; empty when the first one was fitted.
    """

    table: ModelTable
    fit: MixedModelFit
    attempts: tuple[Attempt, ...]
    record_comment: str
    inference: Inference

    def coefficients(self, level: float = 0.95) -> Linear:
        """Return every coefficient of `fit.columns` with its standard error, degrees of freedom and p value."""
        return self.inference.estimate(np.eye(len(self.fit.columns)), level)


def fit_mmrm(
    table: pd.DataFrame,
    formula: str,
    roles: Roles,
    structures: Sequence[CovarianceStructure] = (Unstructured(),),
    estimation: Estimation = Estimation.REML,
    method: Method = Method.KENWARD_ROGER_LINEAR,
) -> Mmrm:
    """Fit a mixed model for repeated measures to a table.

    Parameters
    ----------
    table : DataFrame
        One row for each participant and visit.
    formula : str
        As in R, without the covariance term: ``FEV1 ~ RACE + SEX + ARMCD * AVISIT``.
    roles : Roles
        Which columns are participant, visit, covariance group, weight; levels with the reference first.
    structures : sequence of CovarianceStructure
        Tried in this order until one can be trusted; only the first unless a plan names more.
    estimation : Estimation
    method : Method

    Notes
    -----
    `FormulaError` or `NotEstimableError` when there is no result to stand behind: the text says why in one sentence.
    """
    read = read_table(table, formula, roles)
    record = fit_in_order(read.data, structures, estimation)
    return Mmrm(
        table=read,
        fit=record.fit,
        attempts=record.attempts,
        record_comment=record.comment,
        inference=infer(record.fit, method),
    )
