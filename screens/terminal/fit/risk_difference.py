"""`antiphon fit risk-difference`: two shares compared, from a CSV file or from plain counts, within strata or not."""

from dataclasses import dataclass
from enum import StrEnum
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
from screens.terminal.fit.options import Arms, AsJson, Level, Where, listed
from screens.terminal.fit.python_lines import Called, python_lines
from screens.terminal.fit.record import Calls, record, remarks
from screens.terminal.fit.source import Source, sentences_for, source_of, two_arms
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.estimators.effect import Effect
    from analysis.estimators.proportions import Share
    from analysis.estimators.score_difference import Stratum
    from data.exchange.tables import Table


class Interval(StrEnum):
    """How the interval of a risk difference is made."""

    NEWCOMBE = "newcombe"
    NEWCOMBE_CONTINUITY = "newcombe-cc"
    MIETTINEN_NURMINEN = "miettinen-nurminen"
    MEE = "mee"
    SKEWNESS_CORRECTED = "scas"
    AGRESTI_CAFFO = "agresti-caffo"
    WALD = "wald"
    GREENLAND_ROBINS = "greenland-robins"
    SATO = "sato"


SCORES = (Interval.MIETTINEN_NURMINEN, Interval.MEE, Interval.SKEWNESS_CORRECTED)
POOLED = (Interval.GREENLAND_ROBINS, Interval.SATO)
R_NAMES = {
    Interval.NEWCOMBE: "score",
    Interval.NEWCOMBE_CONTINUITY: "scorecc",
    Interval.MIETTINEN_NURMINEN: "mn",
    Interval.MEE: "mee",
    Interval.AGRESTI_CAFFO: "ac",
    Interval.WALD: "wald",
}
SAS_NAMES = {
    Interval.NEWCOMBE: "newcombe",
    Interval.NEWCOMBE_CONTINUITY: "newcombe(correct)",
    Interval.MIETTINEN_NURMINEN: "mn",
    Interval.MEE: "mn(correct=no)",
    Interval.AGRESTI_CAFFO: "ac",
    Interval.WALD: "wald",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Counted:
    strata: "tuple[Stratum, ...]"
    python_values: tuple[object, ...]
    """What the two lines of Python hand to the estimator first."""
    table: "Table | None"
    is_stratified: bool


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
        counted = _from_counts(counts, listed(arms))
    else:
        counted = _from_file(
            source_of(data, where) if data else None, response, arm, listed(arms), listed(strata)
        )
    with sentences_for("--counts" if counted.table is None else counted.table.name):
        answer = (
            _within_strata(counted, method, level)
            if counted.is_stratified
            else _two_arms(counted, method, level)
        )
    give(answer, as_json=as_json)


def _from_counts(counts: list[str], arms: tuple[str, ...]) -> _Counted:
    from analysis.estimators.score_difference import Stratum

    names = arms or ("first", "second")
    if len(names) != 2:
        message = f"--arms names {len(names)} arms; two are compared."
        raise UnusableInputError(message)
    tables = [_shares_of_counts(text, (names[0], names[1])) for text in counts]
    strata = tuple(Stratum(first=first, second=second) for first, second in tables)
    is_stratified = len(strata) > 1
    return _Counted(
        strata=strata,
        python_values=(strata,) if is_stratified else (strata[0].first, strata[0].second),
        table=None,
        is_stratified=is_stratified,
    )


def _shares_of_counts(text: str, names: tuple[str, str]) -> "tuple[Share, Share]":
    from analysis.estimators.proportions import Share

    shares = []
    for name, part in zip(names, listed(text), strict=False):
        events, slash, n = part.partition("/")
        if not slash or not events.isdigit() or not n.isdigit() or int(events) > int(n):
            message = f"--counts: {part!r} is not 'events/participants', e.g. 56/70."
            raise UnusableInputError(message)
        shares.append(Share(arm=name, label=name, events=int(events), n=int(n)))
    if len(shares) != 2 or len(listed(text)) != 2:
        message = (
            f"--counts: write both arms, 'events/participants,events/participants', not {text!r}."
        )
        raise UnusableInputError(message)
    return shares[0], shares[1]


def _from_file(
    source: Source | None,
    response: str | None,
    arm: str | None,
    arms: tuple[str, ...],
    strata: tuple[str, ...],
) -> _Counted:
    from analysis.estimators.frame import Comparison
    from analysis.estimators.score_difference import Stratum
    from analysis.estimators.stratified_proportions import StratifiedColumns, strata_of_frame
    from analysis.estimators.two_proportions import ResponseColumns, shares_of_frame

    if source is None or response is None or arm is None:
        message = "Name a file with its columns (--data, --response, --arm), or give --counts."
        raise UnusableInputError(message)
    table = source.read(numeric=(response,), other=(arm, *strata))
    first, second = two_arms(table, arm, arms)
    comparison = Comparison(column=arm, first=first, second=second)
    with sentences_for(table.name):
        if strata:
            within = StratifiedColumns(response=response, comparison=comparison, strata=strata)
            found = strata_of_frame(table.frame(), within)
            values: tuple[object, ...] = (
                Called(function=strata_of_frame, values=(source.python(), within)),
            )
        else:
            columns = ResponseColumns(response=response, comparison=comparison)
            one, other = shares_of_frame(table.frame(), columns)
            found = (Stratum(first=one, second=other),)
            values = (source.python(), columns)
    return _Counted(strata=found, python_values=values, table=table, is_stratified=bool(strata))


def _two_arms(counted: _Counted, method: Interval, level: float) -> Answer:
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
        r=_r_of(first, second, method, level),
        sas=_sas_of(method, level),
    )
    return _answer(counted, effects, tests, calls, level)


def _within_strata(counted: _Counted, method: Interval, level: float) -> Answer:
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
    calls = Calls(python=call, r=_strata_in_r(strata, level))
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
    counted: _Counted,
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


def _r_of(first: "Share", second: "Share", method: Interval, level: float) -> str:
    counts = f"{first.events}, {first.n}, {second.events}, {second.n}"
    table = (
        f"x <- matrix(c({first.events}, {first.n - first.events}, "
        f"{second.events}, {second.n - second.events}), 2)"
    )
    interval = (
        f'ratesci::scoreci({counts}, contrast = "RD", level = {level:g}, skew = TRUE)'
        if method is Interval.SKEWNESS_CORRECTED
        else f'DescTools::BinomDiffCI({counts}, conf.level = {level:g}, method = "{R_NAMES[method]}")'
    )
    return f"{table}\n{interval}\nchisq.test(x, correct = FALSE)\nfisher.test(x)"


def _strata_in_r(strata: "tuple[Stratum, ...]", level: float) -> str:
    """Return the tests and the common odds ratio of base R; it has no difference within strata."""
    counts = ", ".join(
        f"{one.first.events}, {one.first.n - one.first.events}, "
        f"{one.second.events}, {one.second.n - one.second.events}"
        for one in strata
    )
    return "\n".join(
        [
            f"x <- array(c({counts}), dim = c(2, 2, {len(strata)}))",
            f"mantelhaen.test(x, correct = FALSE, conf.level = {level:g})",
            "mantelhaen.test(x)",
        ]
    )


def _sas_of(method: Interval, level: float) -> str:
    if method not in SAS_NAMES:
        return ""
    return (
        f"proc freq data=d; weight n; tables arm*event / alpha={1 - level:.10g} "
        f"riskdiff(cl={SAS_NAMES[method]}); run;"
    )
