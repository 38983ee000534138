"""Options of `antiphon fit impute`: the columns, what stands for missing values, the model of the imputation, and its repeats."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.options import Arm, Covariates, Outcome, Seed, listed

if TYPE_CHECKING:
    from analysis.missing_data.frame import EventStrategy, ImputationColumns
    from analysis.missing_data.imputation import ImputationPlan, Jackknife, RubinsRules


class Strategy(StrEnum):
    """What stands for values missing after an intercurrent event."""

    MAR = "MAR"
    JR = "JR"
    CR = "CR"
    CIR = "CIR"
    LMCF = "LMCF"


class Variance(StrEnum):
    """Where the standard error comes from."""

    JACKKNIFE = "jackknife"
    RUBIN = "rubin"


class Sharing(StrEnum):
    """Which arms have one covariance over the visits."""

    COMMON = "common"
    BY_ARM = "by-arm"


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """Which column plays which part; one row a participant and visit."""

    outcome: Outcome
    arm: Arm
    subject: Annotated[str, typer.Option(help="Column of the participant.")]
    visit: Annotated[str, typer.Option(help="Column of the visit, after baseline only.")]
    covariates: Covariates = None
    visits: Annotated[
        str | None, typer.Option(help="Visits in the order of time, apart by commas.")
    ] = None
    event_visit: Annotated[
        str | None,
        typer.Option(
            help="Column of the first visit after the intercurrent event. Without it: the first "
            "visit after the last value; gaps before that are missing at random."
        ),
    ] = None
    strategy_column: Annotated[
        str | None, typer.Option(help="Column of each participant's own strategy.")
    ] = None

    @property
    def text(self) -> tuple[str, ...]:
        """Columns of names, also where the names are numbers."""
        return (self.subject, self.visit, self.arm)

    @property
    def others(self) -> tuple[str, ...]:
        """Columns beside outcome and covariates."""
        return (*self.text, *(name for name in (self.event_visit, self.strategy_column) if name))

    def roles(self) -> "ImputationColumns":
        """Return which column plays which part."""
        from analysis.missing_data.frame import ImputationColumns

        return ImputationColumns(
            participant=self.subject,
            visit=self.visit,
            arm=self.arm,
            outcome=self.outcome,
            covariates=listed(self.covariates),
            event_visit=self.event_visit,
            strategy=self.strategy_column,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """What stands for values missing after an intercurrent event."""

    reference: Annotated[str, typer.Option(help="Reference arm: control.")]
    strategy: Annotated[
        Strategy,
        typer.Option(
            help="For values missing after an intercurrent event: missing at random, jump to "
            "reference, copy reference, copy increments in reference, last mean carried forward."
        ),
    ]

    def event_strategy(self) -> "EventStrategy":
        """Return what stands for values after the event."""
        from analysis.missing_data.frame import EventStrategy
        from analysis.missing_data.strategies import ImputationStrategy

        return EventStrategy(
            strategy=ImputationStrategy(self.strategy.value), reference_arm=self.reference
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Repeats:
    """Where the variance comes from."""

    variance: Annotated[
        Variance,
        typer.Option(help="The pre-specified variance; the two answer different questions."),
    ] = Variance.JACKKNIFE
    draws: Annotated[int, typer.Option(min=2, help="Imputations (rubin).")] = 100
    warm_up: Annotated[int, typer.Option(min=1, help="Sweeps thrown away (rubin).")] = 200
    spacing: Annotated[int, typer.Option(min=1, help="Sweeps between imputations (rubin).")] = 4
    seed: Seed = 1

    @property
    def seed_that_matters(self) -> int | None:
        """The seed; None for the jackknife, which draws nothing."""
        return None if self.variance is Variance.JACKKNIFE else self.seed

    def method(self) -> "Jackknife | RubinsRules":
        """Return where the variance comes from."""
        from analysis.missing_data.imputation import Jackknife, RubinsRules
        from analysis.missing_data.posterior import Chain

        if self.variance is Variance.JACKKNIFE:
            return Jackknife()
        chain = Chain(draws=self.draws, warm_up=self.warm_up, spacing=self.spacing)
        return RubinsRules(chain=chain)


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """The model of the imputation."""

    constant_effects: Annotated[
        str | None, typer.Option(help="Covariates with one effect at all visits.")
    ] = None
    covariance: Annotated[
        Sharing, typer.Option(help="One covariance of the visits for all arms, or one each.")
    ] = Sharing.COMMON


def imputation_plan(model: Model, repeats: Repeats, level: float) -> "ImputationPlan":
    """Return how to impute."""
    from analysis.missing_data.imputation import ImputationPlan
    from analysis.missing_data.imputation_model import CovarianceSharing

    return ImputationPlan(
        variance=repeats.method(),
        constant_effects=listed(model.constant_effects),
        sharing=CovarianceSharing[model.covariance.name],
        confidence_level=level,
    )
