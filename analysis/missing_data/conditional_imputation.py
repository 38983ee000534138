r"""Missing values from the distribution of a participant's outcomes, given those observed.

With mean m and covariance S from the participant's strategy, o = observed and m = missing visits, the missing values have mean
:math:`m_m + S_{mo} S_{oo}^{-1} (y_o - m_o)` and covariance :math:`S_{mm} - S_{mo} S_{oo}^{-1} S_{om}`. Everything observed is used,
after an intercurrent event too. All draws of the parameters are imputed at once, participants of one arm, pattern and strategy together.

References
----------
Wolbers et al. (2022), Pharmaceutical Statistics 21, 1246-1257 (conditional mean imputation).
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.missing_data.completed_outcomes import (
    CompletedOutcomes,
    MissingCells,
    missing_cells,
)
from analysis.missing_data.imputation_model import ImputationModel, ParameterDraws
from analysis.missing_data.repeated_outcomes import BoolArray, Interruption, RepeatedOutcomes
from analysis.missing_data.strategies import STRATEGIES, VisitParameters
from analysis.results import NotEstimableError

FloatArray = NDArray[np.float64]


def impute_values(
    outcomes: RepeatedOutcomes, model: ImputationModel, draws: ParameterDraws
) -> CompletedOutcomes:
    """Impute every missing value under every draw of the parameters.

    `NotEstimableError` says why not, if a participant's strategy is not defined for the visit of the event.

    Parameters
    ----------
    outcomes : RepeatedOutcomes
        Outcomes with missing values and the strategy of each participant.
    model : ImputationModel
        The imputation model of these outcomes.
    draws : ParameterDraws
        Its parameters; with deviates the imputed values are random, without them conditional means.

    Returns
    -------
    CompletedOutcomes
        One completed dataset a draw.
    """
    cells = missing_cells(outcomes)
    imputed = np.empty((len(draws.left_out), cells.count))
    for alike, rows in _alike(outcomes, model).items():
        parameters = _parameters(outcomes, model, draws, alike, rows)
        own_cells = _cells_of(cells, rows)
        means, covariance = _conditional(parameters, outcomes.outcome[rows], alike.observed)
        values = means.reshape(len(imputed), -1)
        if draws.deviates is not None:
            values = values + _scatter(draws.deviates[:, own_cells], covariance)
        imputed[:, own_cells] = values
    return CompletedOutcomes(
        outcomes=outcomes, cells=cells, imputed=imputed, left_out=draws.left_out
    )


@dataclass(frozen=True, slots=True)
class _Alike:
    """What participants imputed together have in common."""

    arm: int
    pattern: tuple[bool, ...]
    """Which visits are observed."""
    interruption: Interruption | None

    @property
    def observed(self) -> BoolArray:
        return np.array(self.pattern)


def _alike(outcomes: RepeatedOutcomes, model: ImputationModel) -> dict[_Alike, list[int]]:
    groups: dict[_Alike, list[int]] = defaultdict(list)
    observed = outcomes.observed
    for row in np.nonzero(~observed.all(axis=1))[0].tolist():
        pattern = tuple(observed[row].tolist())
        groups[_Alike(int(model.arm[row]), pattern, outcomes.interruptions[row])].append(row)
    return groups


def _cells_of(cells: MissingCells, rows: list[int]) -> NDArray[np.int64]:
    return np.nonzero(np.isin(cells.row, rows))[0]


def _parameters(
    outcomes: RepeatedOutcomes,
    model: ImputationModel,
    draws: ParameterDraws,
    alike: _Alike,
    rows: list[int],
) -> VisitParameters:
    own = _arm_parameters(model, draws, alike.arm, rows)
    event = alike.interruption
    if event is None:
        return own
    reference_arm = outcomes.arms.index(event.reference_arm)
    reference = _arm_parameters(model, draws, reference_arm, rows)
    if model.group[alike.arm] == model.group[reference_arm]:
        reference = VisitParameters(mean=reference.mean, covariance=own.covariance)
    try:
        return STRATEGIES[event.strategy](own, reference, event.first_visit)
    except NotEstimableError as error:
        raise NotEstimableError(f"participant {outcomes.participants[rows[0]]}: {error}") from None


def _arm_parameters(
    model: ImputationModel, draws: ParameterDraws, arm: int, rows: list[int]
) -> VisitParameters:
    """Return the parameters of an arm; mean of shape (draws, participants, visits)."""
    mean = np.einsum("ijp,dp->dij", model.design[arm, rows], draws.coefficients)
    return VisitParameters(mean=mean, covariance=draws.covariances[:, model.group[arm]])


def _conditional(
    parameters: VisitParameters, values: FloatArray, observed: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return mean (draws, participants, missing) and covariance (draws, missing, missing) given what is observed."""
    gap = np.nonzero(~observed)[0]
    seen = np.nonzero(observed)[0]
    covariance = parameters.covariance[:, gap[:, None], gap]
    if len(seen) == 0:
        return parameters.mean, covariance
    within = parameters.covariance[:, seen[:, None], seen]
    across = parameters.covariance[:, seen[:, None], gap]
    slopes = np.linalg.solve(within, across)
    mean = parameters.mean[..., gap] + (values[:, seen] - parameters.mean[..., seen]) @ slopes
    return mean, covariance - np.swapaxes(across, -1, -2) @ slopes


def _scatter(deviates: FloatArray, covariance: FloatArray) -> FloatArray:
    """Give standard normal deviates, (draws, participants x missing), the covariance of the missing values."""
    n_draws, size = covariance.shape[:2]
    factor = np.linalg.cholesky(covariance)
    values = deviates.reshape(n_draws, -1, size) @ np.swapaxes(factor, -1, -2)
    return np.asarray(values.reshape(n_draws, -1))
