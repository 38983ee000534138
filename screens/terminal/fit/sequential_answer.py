"""What `antiphon fit sequential` says: the design, its bounds, and the looks held."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import NOTHING, Answer, TextTable, finite, percent, shown, shown_p
from screens.terminal.fit.record import Calls, record, remarks
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.interim_analysis.boundaries import SolvedDesign
    from analysis.interim_analysis.characteristics import Characteristics
    from analysis.interim_analysis.harm import HarmRule
    from analysis.interim_analysis.looks import LookEstimate
    from analysis.interim_analysis.monitoring import MonitoringReport
    from analysis.interim_analysis.stopping_bounds import Boundaries
    from analysis.results import Interval
    from data.exchange.tables import Table

UNBLINDED = "Interim results are for the unblinded statistician and the monitoring committee only."


@dataclass(frozen=True, kw_only=True, slots=True)
class Rest:
    """What is assumed for the rest of the trial."""

    assumed_effect: Annotated[
        float | None, typer.Option(help="Effect for conditional power, in the unit of estimates.")
    ] = None
    planned_standard_error: Annotated[
        float | None, typer.Option(help="Standard error expected at the end of the trial.")
    ] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SoFar:
    """The looks held, and what is assumed for the rest."""

    report: "MonitoringReport"
    estimates: "tuple[LookEstimate, ...]"
    rest: Rest


def sequential_answer(
    solved: "SolvedDesign",
    harm: "HarmRule | None",
    so_far: SoFar | None,
    table: "Table | None",
    calls: Calls,
) -> Answer:
    """Return the design alone, or with the looks held so far."""
    from analysis.interim_analysis.characteristics import compute_characteristics

    found = compute_characteristics(solved)
    boundaries = solved.boundaries
    design = solved.design
    notes = () if so_far is None else (UNBLINDED,)
    plain = {
        "alpha": design.significance_level,
        "power": design.statistical_power,
        "sides": design.sides.value,
        "boundaries": _boundaries(boundaries, found.power_by_stage),
        "harm": None if harm is None else _harm(harm, boundaries),
        "drift": found.drift,
        "inflation_factor": found.inflation_factor,
        "expected_information_h1": found.average_h1,
        "expected_information_h0": found.average_h0,
        "expected_information_between": found.average_between,
        "looks": [] if so_far is None else _looks(so_far),
        "final": None if so_far is None else _final(so_far.report),
        "conditional_power": None if so_far is None else _conditional(boundaries, so_far),
        **record(table, calls, notes),
    }
    tables = [_bounds_table(plain["boundaries"])]
    if plain["harm"] is not None:
        tables.append(_harm_table(plain["harm"]))
    if so_far is not None:
        tables.append(_looks_table(plain["looks"]))
    return Answer(
        plain=plain,
        tables=tuple(tables),
        remarks=(*_in_words(found, plain), *remarks(table, notes)),
    )


def _boundaries(found: "Boundaries", power: tuple[float, ...]) -> list[dict[str, Any]]:
    futility = found.futility or (None,) * len(found.efficacy)
    return [
        {
            "look": place + 1,
            "information": found.information[place],
            "efficacy_z": finite(found.efficacy[place]),
            "futility_z": finite(futility[place]),
            "one_sided_level": found.stage_levels[place],
            "alpha_spent": found.alpha_spent[place],
            "power": power[place],
        }
        for place in range(len(found.efficacy))
    ]


def _harm(rule: "HarmRule", boundaries: "Boundaries") -> dict[str, Any]:
    from analysis.interim_analysis.harm import harm_bounds, harm_by_stage

    bounds = harm_bounds(rule, boundaries.information)
    return {
        "alpha": rule.significance_level,
        "bounds_z": [finite(bound) for bound in bounds],
        "stopped_without_effect": list(harm_by_stage(boundaries, bounds, 0.0)),
    }


def _looks(so_far: SoFar) -> list[dict[str, Any]]:
    return [
        {
            "look": report.look,
            "information": report.information,
            "estimate": estimate.estimate,
            "se": estimate.standard_error,
            "df": estimate.df,
            "z": report.z,
            "p_one_sided": report.one_sided_p,
            "efficacy_z": finite(report.efficacy_bound),
            "futility_z": finite(report.futility_bound),
            "harm_z": finite(report.harm_bound),
            "repeated_lower": _limits(report.repeated_interval)[0],
            "repeated_upper": _limits(report.repeated_interval)[1],
            "repeated_p": report.repeated_p,
            "advice": report.advice.value,
        }
        for report, estimate in zip(so_far.report.looks, so_far.estimates, strict=True)
    ]


def _limits(interval: "Interval | None") -> tuple[float | None, float | None]:
    return (None, None) if interval is None else (finite(interval.lower), finite(interval.upper))


def _final(report: "MonitoringReport") -> dict[str, Any] | None:
    final = report.final
    if final is None:
        return None
    return {
        "stage": final.stage,
        "p": final.p,
        "median_unbiased": final.median_unbiased,
        "lower": final.interval.lower,
        "upper": final.interval.upper,
        "level": final.interval.level,
        "plain_estimate": final.plain_estimate,
    }


def _conditional(planned: "Boundaries", so_far: SoFar) -> dict[str, Any] | None:
    from analysis.interim_analysis.conditional_power import (
        conditional_power,
        drift_in_trend,
        predictive_power,
    )

    held = len(so_far.estimates)
    if so_far.report.final is not None or held >= len(planned.efficacy):
        return None
    z = so_far.report.looks[-1].z
    trend = drift_in_trend(planned, looks_held=held, z=z)
    assumed = None
    rest = so_far.rest
    if rest.assumed_effect is not None:
        if rest.planned_standard_error is None:
            message = "--assumed-effect needs --planned-standard-error, that of the end."
            raise UnusableInputError(message)
        if rest.planned_standard_error <= 0:
            message = f"--planned-standard-error: {rest.planned_standard_error:g} must be above 0."
            raise UnusableInputError(message)
        drift = rest.assumed_effect / rest.planned_standard_error
        assumed = list(conditional_power(planned, looks_held=held, z=z, drift=drift))
    return {
        "in_trend": list(conditional_power(planned, looks_held=held, z=z, drift=trend)),
        "assumed_effect": rest.assumed_effect,
        "under_assumed_effect": assumed,
        "predictive_power": predictive_power(planned, looks_held=held, z=z),
    }


def _bounds_table(rows: list[dict[str, Any]]) -> TextTable:
    keys = ("information", "efficacy_z", "futility_z", "one_sided_level", "alpha_spent", "power")
    return TextTable(
        title="Bounds",
        header=(
            "look",
            "information",
            "efficacy z",
            "futility z",
            "one-sided p",
            "alpha spent",
            "power",
        ),
        rows=tuple((str(row["look"]), *(shown(row[key]) for key in keys)) for row in rows),
    )


def _harm_table(harm: dict[str, Any]) -> TextTable:
    pairs = zip(harm["bounds_z"], harm["stopped_without_effect"], strict=True)
    return TextTable(
        title=f"Stopping for harm, one-sided level {harm['alpha']:g}",
        header=("look", "harm z", "stopped without effect"),
        rows=tuple(
            (str(look), shown(bound), shown(stopped))
            for look, (bound, stopped) in enumerate(pairs, start=1)
        ),
    )


def _looks_table(rows: list[dict[str, Any]]) -> TextTable:
    return TextTable(
        title="Looks held",
        header=(
            "look",
            "estimate",
            "SE",
            "z",
            "one-sided p",
            "repeated interval",
            "repeated p",
            "advice",
        ),
        rows=tuple(
            (
                str(row["look"]),
                shown(row["estimate"]),
                shown(row["se"]),
                shown(row["z"]),
                shown_p(row["p_one_sided"]),
                NOTHING
                if row["repeated_lower"] is None
                else f"{shown(row['repeated_lower'])} to {shown(row['repeated_upper'])}",
                shown_p(row["repeated_p"]),
                row["advice"],
            )
            for row in rows
        ),
    )


def _in_words(found: "Characteristics", plain: dict[str, Any]) -> Iterator[str]:
    yield (
        f"{plain['sides']} level {plain['alpha']:g}, power {plain['power']:g}: at most "
        f"{found.inflation_factor:.4f} times the information of a trial without looks, on average "
        f"{found.average_h1:.4f} with the effect and {found.average_h0:.4f} without."
    )
    final = plain["final"]
    if final is not None:
        yield (
            f"Stopped at look {final['stage']}: median-unbiased estimate "
            f"{shown(final['median_unbiased'])}, {percent(final['level'])} interval "
            f"{shown(final['lower'])} to {shown(final['upper'])}, p {shown_p(final['p'])}; the plain "
            f"estimate {shown(final['plain_estimate'])} is not corrected for stopping."
        )
    rest = plain["conditional_power"]
    if rest is not None:
        yield (
            f"Conditional power at the end: {rest['in_trend'][-1]:.3f} if the trend goes on, "
            f"{rest['predictive_power']:.3f} averaged over what is known of the effect."
        )
        if rest["under_assumed_effect"] is not None:
            yield (
                f"Under the assumed effect {rest['assumed_effect']:g}: "
                f"{rest['under_assumed_effect'][-1]:.3f}."
            )
