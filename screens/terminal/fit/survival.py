"""`antiphon fit survival`: time to an event of two arms."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import TextTable, finite, give, shown
from screens.terminal.fit.effects_answer import Found, coefficients_plain, effects_answer
from screens.terminal.fit.in_r import as_factor
from screens.terminal.fit.options import (
    Arm,
    Arms,
    AsJson,
    Covariates,
    DataFile,
    Level,
    Where,
    listed,
)
from screens.terminal.fit.python_lines import Called, python_lines
from screens.terminal.fit.record import Calls
from screens.terminal.fit.source import sentences_for, source_of, two_arms

if TYPE_CHECKING:
    from analysis.estimators.time_to_event import EventColumns, SurvivalCurve


def fit_survival(
    data: DataFile,
    time: Annotated[str, typer.Option(help="Column of the time to the event or to the end.")],
    event: Annotated[str, typer.Option(help="Column: 1 event, 0 censored.")],
    arm: Arm,
    arms: Arms = None,
    covariates: Covariates = None,
    stratum: Annotated[str | None, typer.Option(help="Column of strata.")] = None,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Hazard ratio (Cox), log-rank test and median times, one row a participant."""
    from analysis.estimators.frame import Comparison
    from analysis.estimators.time_to_event import (
        EventColumns,
        compare_survival,
        estimate_hazard_ratio,
        event_times,
        survival_curve,
    )

    source = source_of(data, where)
    names = listed(covariates)
    others = (arm, *([stratum] if stratum else []))
    table = source.read(numeric=(time, event), other=others, covariates=names)
    first, second = two_arms(table, arm, listed(arms))
    columns = EventColumns(
        time=time,
        event=event,
        comparison=Comparison(column=arm, first=first, second=second),
        covariates=names,
        stratum=stratum,
    )
    with sentences_for(table.name):
        times = event_times(table.frame((arm,)), columns)
        found = estimate_hazard_ratio(times, confidence_level=level)
        test = compare_survival(times)
        curves = [survival_curve(times, one, confidence_level=level) for one in (first, second)]
    called = Called(function=event_times, values=(source.python((arm,)), columns))
    terms = " + ".join((arm, *names, *([f"strata({stratum})"] if stratum else ())))
    answer = effects_answer(
        f"{time} by {arm}",
        Found(
            effects={"hazard_ratio": found.ratio},
            table=table,
            calls=Calls(
                python=python_lines(estimate_hazard_ratio, called, confidence_level=level),
                r=_in_r(columns, terms, level),
                sas=f"proc phreg data=d; class {arm}(ref='{second}'); model {time}*{event}(0) = "
                f"{' '.join((arm, *names))} / risklimits ties=efron; run;",
            ),
            level=level,
            more={
                "log_rank": {"statistic": test.statistic, "p": test.p, "method": test.method},
                "medians": [_median_plain(arm, curve) for curve in curves],
                "proportional_hazards": {
                    "correlation_with_time": finite(found.correlation_with_time),
                    "p": finite(found.p_proportional),
                },
                "coefficients": coefficients_plain(
                    found.columns, found.coefficients, found.standard_errors
                ),
            },
            notes=(
                f"{test.method}: p = {test.p:.4g}.",
                f"Proportional hazards: p = {found.p_proportional:.4g}.",
            ),
            tables=(_medians_table(arm, curves),),
        ),
    )
    give(answer, as_json=as_json)


def _in_r(columns: "EventColumns", terms: str, level: float) -> str:
    arms = columns.comparison
    times = f"Surv({columns.time}, {columns.event})"
    strata = f" + strata({columns.stratum})" if columns.stratum else ""
    return "\n".join(
        [
            "library(survival)",
            as_factor(arms.column, (arms.second, arms.first)),
            f"fit <- coxph({times} ~ {terms}, data = d)",
            f"summary(fit, conf.int = {level:g})",
            'cox.zph(fit, transform = "rank", terms = FALSE)',
            f"survdiff({times} ~ {arms.column}{strata}, data = d)",
            f'survfit({times} ~ {arms.column}, data = d, conf.int = {level:g}, conf.type = "log-log")',
        ]
    )


def _median_plain(arm: str, curve: "SurvivalCurve") -> dict[str, Any]:
    interval = curve.median_interval
    return {
        arm: curve.arm,
        "n": curve.n,
        "n_events": curve.n_events,
        "median": finite(curve.median),
        "lower": None if interval is None else finite(interval.lower),
        "upper": None if interval is None else finite(interval.upper),
    }


def _medians_table(arm: str, curves: "list[SurvivalCurve]") -> TextTable:
    rows = [_median_plain(arm, curve) for curve in curves]
    return TextTable(
        title="Median time, in its unit",
        header=(arm, "participants", "events", "median", "lower", "upper"),
        rows=tuple(
            (
                row[arm],
                str(row["n"]),
                str(row["n_events"]),
                *(shown(row[key]) for key in ("median", "lower", "upper")),
            )
            for row in rows
        ),
    )
