"""From a fit to standard errors, degrees of freedom, intervals and p values, by the method the analysis plan names."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import fdtrc, stdtr, stdtrit

from analysis.estimators.mixed_model.data import FloatArray
from analysis.estimators.mixed_model.degrees_of_freedom import (
    Residual,
    Satterthwaite,
    between_within,
)
from analysis.estimators.mixed_model.empirical import Correction, make_sandwich
from analysis.estimators.mixed_model.fit import MixedModelFit
from analysis.estimators.mixed_model.kenward_roger import Form, adjust_covariance, denominator
from analysis.estimators.mixed_model.likelihood import Estimation
from analysis.results import NotEstimableError
from protocols.mixed_model import Method

__all__ = ["FTest", "Inference", "JointTest", "Linear", "Method", "RowDegrees", "infer"]

RETAINED_ABOVE = float(np.sqrt(np.finfo(float).eps))
"""Directions of a hypothesis with a smaller share of the largest variance are not tested: they are not there."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Linear:
    """Estimates of linear combinations of the coefficients, one element a row; p values are two-sided."""

    estimate: FloatArray
    standard_error: FloatArray
    df: FloatArray
    t: FloatArray
    p: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float


@dataclass(frozen=True, kw_only=True, slots=True)
class FTest:
    """A test that several linear combinations are all zero."""

    statistic: float
    numerator_df: int
    denominator_df: float
    p: float


class RowDegrees(Protocol):
    """Degrees of freedom of single rows."""

    def of_rows(self, rows: FloatArray) -> FloatArray:
        """Return the degrees of freedom, shape (rows,)."""


class JointTest(Protocol):
    """Scale of the Wald statistic per row, and denominator degrees of freedom."""

    def of_basis(self, basis: FloatArray) -> tuple[float, float]:
        """Return both for rows of full rank, uncorrelated under the covariance of the test."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Inference:
    """A fit with one method.

    Attributes
    ----------
    covariance : array, shape (columns, columns)
        Covariance of the coefficients that standard errors come from.
    """

    fit: MixedModelFit
    method: Method
    covariance: FloatArray
    degrees: RowDegrees
    joint: JointTest

    def estimate(self, rows: FloatArray, level: float = 0.95) -> Linear:
        """Estimate linear combinations of the coefficients.

        Parameters
        ----------
        rows : array, shape (combinations, columns)
        level : float in (0, 1)
            Confidence level.
        """
        value = rows @ self.fit.beta
        error = np.sqrt(((rows @ self.covariance) * rows).sum(axis=1))
        df = self.degrees.of_rows(rows)
        half = stdtrit(df, (1 + level) / 2) * error
        t = value / error
        return Linear(
            estimate=value,
            standard_error=error,
            df=df,
            t=t,
            p=2 * stdtr(df, -np.abs(t)),
            lower=value - half,
            upper=value + half,
            level=level,
        )

    def test(self, rows: FloatArray) -> FTest:
        """Test that all combinations are zero; the numerator counts the rows that are really different.

        Parameters
        ----------
        rows : array, shape (combinations, columns)
        """
        values, vectors = np.linalg.eigh(rows @ self.covariance @ rows.T)
        kept = values > RETAINED_ABOVE * values[-1]
        basis = vectors[:, kept].T @ rows
        wald = float((((basis @ self.fit.beta) ** 2) / values[kept]).sum())
        scale, df = self.joint.of_basis(basis)
        rank = int(kept.sum())
        statistic = scale * wald / rank
        return FTest(
            statistic=statistic,
            numerator_df=rank,
            denominator_df=df,
            p=float(fdtrc(rank, df, statistic)),
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _FewestDegrees:
    """The smallest degrees of freedom of any row."""

    degrees: RowDegrees

    def of_basis(self, basis: FloatArray) -> tuple[float, float]:
        return 1.0, float(self.degrees.of_rows(basis).min())


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _FaiCornelius:
    """Degrees of freedom that give the F distribution the mean of the sum of squared t statistics."""

    degrees: RowDegrees

    def of_basis(self, basis: FloatArray) -> tuple[float, float]:
        found = self.degrees.of_rows(basis)
        rank = len(found)
        if np.ptp(found) < RETAINED_ABOVE:
            return 1.0, float(found.mean())
        if (found <= 2).any():
            return 1.0, 2.0
        expectation = float((found / (found - 2)).sum())
        return 1.0, 2 * expectation / (expectation - rank)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _KenwardRoger:
    """Scaled F statistic of Kenward and Roger."""

    fit: MixedModelFit
    theta_covariance: FloatArray

    def of_basis(self, basis: FloatArray) -> tuple[float, float]:
        return denominator(
            basis @ self.fit.beta_covariance @ basis.T,
            basis @ self.fit.beta_covariance_slopes @ basis.T,
            self.theta_covariance,
        )


def infer(fit: MixedModelFit, method: Method = Method.KENWARD_ROGER_LINEAR) -> Inference:
    """Prepare standard errors and degrees of freedom of a fit.

    Raises
    ------
    NotEstimableError
        When the fit must not be trusted, or Kenward-Roger is asked of a fit that is not by REML.
    """
    if fit.trouble or fit.theta_covariance is None:
        raise NotEstimableError(fit.trouble)
    satterthwaite = Satterthwaite(
        covariance=fit.beta_covariance,
        slopes=fit.beta_covariance_slopes,
        theta_covariance=fit.theta_covariance,
    )
    if method in {Method.KENWARD_ROGER, Method.KENWARD_ROGER_LINEAR}:
        if fit.estimation is not Estimation.REML:
            raise NotEstimableError(
                "the Kenward-Roger adjustment needs restricted maximum likelihood"
            )
        form = Form.FULL if method is Method.KENWARD_ROGER else Form.LINEAR
        return Inference(
            fit=fit,
            method=method,
            covariance=adjust_covariance(fit, fit.theta_covariance, form),
            degrees=satterthwaite,
            joint=_KenwardRoger(fit=fit, theta_covariance=fit.theta_covariance),
        )
    if method in _CORRECTIONS:
        sandwich = make_sandwich(fit, _CORRECTIONS[method])
        return Inference(
            fit=fit,
            method=method,
            covariance=sandwich.covariance,
            degrees=sandwich,
            joint=_FaiCornelius(degrees=sandwich),
        )
    degrees, joint = _simple(fit, method, satterthwaite)
    return Inference(
        fit=fit, method=method, covariance=fit.beta_covariance, degrees=degrees, joint=joint
    )


_CORRECTIONS = {
    Method.EMPIRICAL_CR0: Correction.CR0,
    Method.EMPIRICAL_CR2: Correction.CR2,
    Method.EMPIRICAL_CR3: Correction.CR3,
}


def _simple(
    fit: MixedModelFit, method: Method, satterthwaite: Satterthwaite
) -> tuple[RowDegrees, JointTest]:
    if method is Method.SATTERTHWAITE:
        return satterthwaite, _FaiCornelius(degrees=satterthwaite)
    degrees: RowDegrees = (
        between_within(fit)
        if method is Method.BETWEEN_WITHIN
        else Residual(value=float(fit.patterns.n_observations - fit.patterns.n_columns))
    )
    return degrees, _FewestDegrees(degrees=degrees)
