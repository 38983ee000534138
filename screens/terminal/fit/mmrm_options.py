"""Options of `antiphon fit mmrm`: the columns, the model, and what is asked of it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.options import equal_parts, listed
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.estimators.mixed_model.formulas.roles import ConstrainedBaseline


class Structure(StrEnum):
    """Covariance of the visits of one participant."""

    US = "us"
    CS = "cs"
    CSH = "csh"
    AR1 = "ar1"
    AR1H = "ar1h"
    TOEP = "toep"
    TOEPH = "toeph"
    AD = "ad"
    ADH = "adh"
    SP_EXP = "sp_exp"
    SP_GAU = "sp_gau"


class DegreesMethod(StrEnum):
    """Standard errors and degrees of freedom."""

    KENWARD_ROGER_LINEAR = "kenward-roger-linear"
    KENWARD_ROGER = "kenward-roger"
    SATTERTHWAITE = "satterthwaite"
    BETWEEN_WITHIN = "between-within"
    RESIDUAL = "residual"
    EMPIRICAL_CR0 = "empirical-cr0"
    EMPIRICAL_CR2 = "empirical-cr2"
    EMPIRICAL_CR3 = "empirical-cr3"


class EstimationName(StrEnum):
    """Which likelihood is maximized."""

    REML = "reml"
    ML = "ml"


class MeanWeights(StrEnum):
    """How factors that are not named are averaged."""

    EQUAL = "equal"
    PROPORTIONAL = "proportional"
    OBSERVED = "observed"


class MeanRows(StrEnum):
    """Which rows give covariate means and shares of levels."""

    ALL = "all"
    ANALYSED = "analysed"


class TestTypes(StrEnum):
    """Which tests of whole terms are made."""

    II = "II"
    III = "III"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """Which column plays which part; one row a participant and visit."""

    subject: Annotated[str, typer.Option(help="Column of the participant.")]
    visit: Annotated[str, typer.Option(help="Column of the visit; always a category.")]
    group: Annotated[
        str | None, typer.Option(help="Column of groups with a covariance each, e.g. the arm.")
    ] = None
    weights: Annotated[str | None, typer.Option(help="Column of weights.")] = None
    levels: Annotated[
        list[str] | None,
        typer.Option(help="Levels of a column, the reference first: 'SEX=Male,Female'. Repeat it."),
    ] = None
    coordinates: Annotated[
        str | None, typer.Option(help="Columns of time or place (sp_exp, sp_gau).")
    ] = None
    constrained_baseline: Annotated[
        str | None,
        typer.Option(
            help="Baseline as an outcome with one mean in all arms (cLDA): 'ARM=BASELINE', "
            "column of the arm and visit."
        ),
    ] = None

    @property
    def places(self) -> tuple[str, ...]:
        """Columns of time or place."""
        return listed(self.coordinates)

    def baseline(self) -> "ConstrainedBaseline | None":
        """Return the arm and the visit at which all arms have one mean, if there is one."""
        from analysis.estimators.mixed_model.formulas.roles import ConstrainedBaseline

        if self.constrained_baseline is None:
            return None
        arm, visits = equal_parts(self.constrained_baseline, "--constrained-baseline")
        return ConstrainedBaseline(arm=arm, visit=visits[0])


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """Covariance of the visits, standard errors and likelihood."""

    covariance: Annotated[Structure, typer.Option(help="Covariance of the visits.")] = Structure.US
    fallback: Annotated[
        str | None,
        typer.Option(
            help="Pre-specified structures to fall back on, in order: 'toeph,adh,ar1h,csh'."
        ),
    ] = None
    method: Annotated[
        DegreesMethod, typer.Option(help="Standard errors and degrees of freedom.")
    ] = DegreesMethod.KENWARD_ROGER_LINEAR
    estimation: Annotated[
        EstimationName, typer.Option(help="Restricted or full maximum likelihood.")
    ] = EstimationName.REML

    def structures(self, places: tuple[str, ...]) -> tuple[str, ...]:
        """Return the structures in the order in which they are tried.

        Raises
        ------
        UnusableInputError
            If one does not exist, or lacks columns of time or place.
        """
        known = tuple(one.value for one in Structure)
        fallback = listed(self.fallback)
        unknown = [name for name in fallback if name not in known]
        if unknown:
            message = (
                f"--fallback: there is no structure {unknown[0]!r}; there is {', '.join(known)}."
            )
            raise UnusableInputError(message)
        names = tuple(dict.fromkeys((self.covariance.value, *fallback)))
        spatial = [name for name in names if name.startswith("sp_")]
        if spatial and not places:
            message = (
                f"--covariance {spatial[0]} needs the columns of time or place: --coordinates."
            )
            raise UnusableInputError(message)
        return names

    def require_method(self) -> None:
        """Check that the standard errors go with the likelihood.

        Raises
        ------
        UnusableInputError
            If Kenward and Roger's shall be those of full maximum likelihood.
        """
        if self.estimation is EstimationName.ML and self.method.value.startswith("kenward-roger"):
            message = f"--method {self.method.value} needs --estimation reml."
            raise UnusableInputError(message)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Marginal means and tests."""

    lsmeans: Annotated[
        list[str] | None,
        typer.Option(
            help="Marginal means and, of the first factor, differences from its reference: "
            "'ARMCD | AVISIT'. Repeat it."
        ),
    ] = None
    weights_of_lsmeans: Annotated[
        MeanWeights, typer.Option(help="How factors that are not named are averaged.")
    ] = MeanWeights.EQUAL
    rows_of_lsmeans: Annotated[
        MeanRows,
        typer.Option(help="Rows that give covariate means: all, or those with an outcome."),
    ] = MeanRows.ALL
    tests: Annotated[TestTypes, typer.Option(help="Tests of whole terms.")] = TestTypes.III

    @property
    def means(self) -> tuple[tuple[str, ...], ...]:
        """Factors of each set of marginal means, the compared one first."""
        return tuple(_factors(text) for text in self.lsmeans or [])

    @property
    def test_types(self) -> tuple[str, ...]:
        """Which tests of whole terms are made."""
        if self.tests is TestTypes.BOTH:
            return (TestTypes.II.value, TestTypes.III.value)
        return () if self.tests is TestTypes.NONE else (self.tests.value,)


def _factors(text: str) -> tuple[str, ...]:
    names = tuple(name for name in re.split(r"[|*+:,\s]+", text.lstrip(" ~")) if name)
    if not names or len(set(names)) != len(names):
        message = f"--lsmeans: write 'ARM | VISIT', not {text!r}."
        raise UnusableInputError(message)
    return names
