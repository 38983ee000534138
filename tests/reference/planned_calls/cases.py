"""Planned analyses of the example trial whose call of R was carried out, and how R's numbers are read from what it gives.

In R `out` is the value of the last line of the call.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from analysis.analysed_rows import analysed_rows
from analysis.results import Result
from analysis.study import Study, derive_study
from protocols.analysis_plan import Estimator, MissingItems, PlannedAnalysis
from protocols.mixed_model import CovarianceName, PlannedMixedModel
from protocols.planned_estimators import (
    LEFT_TRIAL,
    ClusterErrors,
    PlannedClusters,
    PlannedResponder,
    PlannedRestrictedMean,
    PlannedTimeToEvent,
    ResponseCriterion,
)
from protocols.planned_orders import (
    PlannedOrder,
    PlannedRank,
    PlannedShift,
    PlannedWinRatio,
    ShiftOf,
)
from tests.analysis.example_records import example_protocol, example_records
from tests.analysis.planned_estimators import another, results_of

RESPONDER = PlannedResponder(
    criterion=ResponseCriterion.IMPROVED_BY, threshold=4.0, source="made up"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One planned analysis; ``numbers`` maps a number of our result to an expression of R."""

    estimator: Estimator
    sections: Mapping[str, object]
    numbers: Mapping[str, str]
    tolerance: float = 1e-6
    """Relative."""
    covariates: tuple[str, ...] = field(default=())

    @property
    def planned(self) -> PlannedAnalysis:
        """The analysis as a plan has it."""
        plain = another(example_protocol(), "primary_gad7_week_4", self.estimator)
        return replace(
            plain,
            missing_items=MissingItems.AS_SCORED,
            covariates=self.covariates,
            **self.sections,  # type: ignore[arg-type]
        )


CASES = (
    Case(
        estimator=Estimator.MANTEL_HAENSZEL,
        sections={"responder": RESPONDER},
        covariates=("severity",),
        numbers={
            "estimate": "out$estimate",
            "p": "out$p.value",
            "lower": "out$conf.int[1]",
            "upper": "out$conf.int[2]",
        },
    ),
    Case(
        estimator=Estimator.ORDINAL,
        sections={"ordinal": PlannedOrder(cuts=(4.0, 9.0, 14.0))},
        covariates=("severity",),
        numbers={
            "estimate": 'exp(out$coefficients["armX", 1])',
            "standard_error": 'out$coefficients["armX", 2]',
            "p": 'out$coefficients["armX", 4]',
        },
    ),
    Case(
        estimator=Estimator.WIN_RATIO,
        sections={
            "win_ratio": PlannedWinRatio(
                ranks=(
                    PlannedRank(variable=LEFT_TRIAL),
                    PlannedRank(variable="gad7_week_4", margin=2.0),
                )
            )
        },
        numbers={"estimate": 'out["ratio"]', "standard_error": 'out["se_of_log"]'},
    ),
    Case(
        estimator=Estimator.HODGES_LEHMANN,
        sections={"shift": PlannedShift(of=ShiftOf.CHANGE)},
        numbers={"p": "out$p.value"},
    ),
    Case(
        estimator=Estimator.RESTRICTED_MEAN,
        sections={"restricted_mean": PlannedRestrictedMean(event=LEFT_TRIAL, horizon_days=77.0)},
        numbers={"estimate": "out[1]", "standard_error": "out[2]"},
    ),
    Case(
        estimator=Estimator.TIME_TO_EVENT,
        sections={"time_to_event": PlannedTimeToEvent(event=LEFT_TRIAL)},
        numbers={
            "estimate": 'exp(out$coefficients["armX", "coef"])',
            "standard_error": 'out$coefficients["armX", "se(coef)"]',
        },
    ),
    Case(
        estimator=Estimator.CLUSTER_ROBUST,
        sections={"clusters": PlannedClusters(standard_errors=ClusterErrors.CR2)},
        covariates=("baseline",),
        numbers={
            "estimate": 'out["armX", "beta"]',
            "standard_error": 'out["armX", "SE"]',
            "df": 'out["armX", "df_Satt"]',
            "p": 'out["armX", "p_Satt"]',
        },
    ),
    Case(
        estimator=Estimator.CLDA,
        sections={"mixed_model": PlannedMixedModel(structures=(CovarianceName.UNSTRUCTURED,))},
        covariates=("site", "severity"),
        numbers={"estimate": 'out["X_week_4", "Value"]'},
        tolerance=1e-5,
    ),
)


def example_study() -> Study:
    """Return the example trial, masked."""
    return derive_study(example_protocol(), example_records(), "test")


def result_of(study: Study, case: Case) -> Result:
    """Carry out a case."""
    return results_of(study, case.planned)["another"]


def rows_of(study: Study, case: Case) -> str:
    """Return the rows that an export would have, as CSV."""
    rows = analysed_rows(study, case.planned)
    assert rows is not None
    return rows.to_csv(index=False, lineterminator="\n")
