"""`antiphon fit risk-difference`: two shares compared, from a CSV file or from plain counts, within strata or not."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import (
    Answer,
    effect_plain,
    effect_remarks,
    effects_table,
    finite,
    give,
    require_estimates,
)
from screens.terminal.fit.counted_shares import Counted, of_counts, of_file
from screens.terminal.fit.options import Arms, AsJson, Level, Where, listed
from screens.terminal.fit.python_lines import python_lines
from screens.terminal.fit.record import Calls, record, remarks
from screens.terminal.fit.risk_difference_methods import (
    POOLED,
    SCORES,
    Interval,
    strata_in_r,
    table_in_r,
    table_in_sas,
)
from screens.terminal.fit.source import sentences_for, source_of
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.estimators.effect import Effect
    from analysis.estimators.proportions import Share
    from analysis.estimators.score_difference import Stratum


def fit_risk_difference(
    data: Annotated[
        Path | None, typer.Option(help="CSV file, one row a participant. Or --counts.")
    ] = None,
    response: Annotated[
        str | None, typer.Option(help="Column of the response: 1 with the event, 0 without.")
    ] = None,
    arm: Annotated[str | None, typer.Option(help="Column of the arm.")] = None,
    arms: Arms = None,
    strata: Annotated[
        str | None, typer.Option(help="Columns apart by commas: compare within their levels.")
    ] = None,
    counts: Annotated[
        list[str] | None,
        typer.Option(
            help="Events/participants of both arms, first minus second: '56/70,48/80'. "
            "Repeat it for several strata."
        ),
    ] = None,
    method: Annotated[
        Interval,
        typer.Option(
            help="Interval. Within strata: miettinen-nurminen, mee, scas, greenland-robins, sato."
        ),
    ] = Interval.MIETTINEN_NURMINEN,
    where: Where = None,
    level: Level = 0.95,
    *,
    as_json: AsJson = False,
) -> None:
    """Compare two shares: risk difference, risk ratio, odds ratio and tests; within strata too."""
    if counts:
        if data is not None:
            message = "Give --data or --counts, not both."
            raise UnusableInputError(message)
        counted = of_counts(counts, listed(arms))
    else:
        counted = of_file(
            source_of(data, where) if data else None, response, arm, listed(arms), listed(strata)
        )
    with sentences_for("--counts" if counted.table is None else counted.table.name):
        answer = (
            _within_strata(counted, method, level)
            if counted.is_stratified
            else _two_arms(counted, method, level)
        )
    give(answer, as_json=as_json)


def _two_arms(counted: Counted, method: Interval, level: float) -> Answer:
    from analysis.estimators.score_ratio import OddsRatioScore, RatioScore
    from analysis.estimators.two_proportions import (
        DifferenceInterval,
        compare_shares,
        compare_shares_exactly,
        estimate_difference,
        estimate_difference_of_frame,
        estimate_odds_ratio,
        estimate_ratio,
    )

    if method in POOLED:
        message = f"--method {method} pools strata: name them with --strata, or repeat --counts."
        raise UnusableInputError(message)
    first, second = counted.strata[0].first, counted.strata[0].second
    kind = DifferenceInterval[method.name]
    effects = (
        estimate_difference(first, second, kind, confidence_level=level),
        estimate_ratio(first, second, RatioScore.MIETTINEN_NURMINEN, confidence_level=level),
        estimate_odds_ratio(
            first, second, OddsRatioScore.MIETTINEN_NURMINEN, confidence_level=level
        ),
    )
    tests = [
        {
            "method": one.method,
            "statistic": finite(one.statistic),
            "p": finite(one.p),
            "reason": one.reason,
        }
        for one in (compare_shares(first, second), compare_shares_exactly(first, second))
    ]
    function = estimate_difference_of_frame if counted.table else estimate_difference
    calls = Calls(
        python=python_lines(function, *counted.python_values, kind, confidence_level=level),
        r=table_in_r(first, second, method, level),
        sas=table_in_sas(method, level),
    )
    return _answer(counted, effects, tests, calls, level)


def _within_strata(counted: Counted, method: Interval, level: float) -> Answer:
    from analysis.estimators.score_difference import ScoreVariance
    from analysis.estimators.stratified_proportions import (
        ContinuityCorrection,
        PooledVariance,
        compare_stratified,
        estimate_common_odds_ratio,
        estimate_common_risk_ratio,
        estimate_pooled_difference,
        estimate_stratified_difference,
    )

    strata = counted.strata
    if method in SCORES:
        kind = ScoreVariance[method.name]
        difference = estimate_stratified_difference(strata, kind, confidence_level=level)
        function: Callable[..., Any] = estimate_stratified_difference
        chosen: object = kind
    elif method in POOLED:
        variance = PooledVariance[method.name]
        difference = estimate_pooled_difference(strata, variance, confidence_level=level)
        function, chosen = estimate_pooled_difference, variance
    else:
        allowed = ", ".join((*SCORES, *POOLED))
        message = f"--method {method} knows no strata; choose one of {allowed}."
        raise UnusableInputError(message)
    effects = (
        difference,
        _or_reason("common risk ratio", estimate_common_risk_ratio, strata, level),
        _or_reason("common odds ratio", estimate_common_odds_ratio, strata, level),
    )
    tests = []
    for correction in ContinuityCorrection:
        one = compare_stratified(strata, correction)
        tests.append({"method": one.method, "statistic": one.statistic, "p": one.p, "reason": ""})
    call = python_lines(function, *counted.python_values, chosen, confidence_level=level)
    calls = Calls(python=call, r=strata_in_r(strata, level))
    return _answer(counted, effects, tests, calls, level)


def _or_reason(
    quantity: str,
    estimate: "Callable[..., Effect]",
    strata: "tuple[Stratum, ...]",
    level: float,
) -> "Effect":
    """Return a ratio, or the reason why there is none; the difference stands without it."""
    from analysis.estimators.effect import Effect
    from analysis.results import NotEstimableError

    try:
        return estimate(strata, confidence_level=level)
    except NotEstimableError as error:
        return Effect(quantity=quantity, method="Mantel–Haenszel", arms=(), reason=str(error))


def _answer(
    counted: Counted,
    effects: "tuple[Effect, ...]",
    tests: list[dict[str, Any]],
    calls: Calls,
    level: float,
) -> Answer:
    require_estimates(effects, "--counts" if counted.table is None else counted.table.name)
    names = ("risk_difference", "risk_ratio", "odds_ratio")
    plain = {
        "strata": [
            [_share_plain(stratum.first), _share_plain(stratum.second)]
            for stratum in counted.strata
        ],
        **{name: effect_plain(effect) for name, effect in zip(names, effects, strict=True)},
        "tests": tests,
        **record(counted.table, calls),
    }
    said = tuple(
        f"{test['method']}: p = {test['p']:.4g}." for test in tests if test["p"] is not None
    )
    return Answer(
        plain=plain,
        tables=(effects_table("Two shares", effects, level),),
        remarks=(*effect_remarks(effects), *said, *remarks(counted.table, ())),
    )


def _share_plain(share: "Share") -> dict[str, Any]:
    return {
        "arm": share.arm,
        "events": share.events,
        "n": share.n,
        "share": share.events / share.n if share.n else None,
    }
