"""Margins of equivalence and of non-inferiority, and what an effect says about them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.estimators.effect import Effect
    from analysis.estimators.equivalence import Equivalence, NonInferiority


class BetterDirection(StrEnum):
    """Which direction helps the participant."""

    HIGHER = "higher"
    LOWER = "lower"


Margin = Annotated[float | None, typer.Option(help="Two one-sided tests (equivalence).")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Margins:
    """What difference does not matter, in the unit of the outcome."""

    lower_margin: Margin = None
    upper_margin: Margin = None
    non_inferiority_margin: Annotated[
        float | None, typer.Option(help="Above 0; needs --better.")
    ] = None
    better: Annotated[BetterDirection | None, typer.Option(help="Better direction.")] = None

    @property
    def are_named(self) -> bool:
        """Whether there is one."""
        given = (self.lower_margin, self.upper_margin, self.non_inferiority_margin)
        return any(margin is not None for margin in given)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What an effect says about the margins; None where there is no margin."""

    equivalence: "Equivalence | None"
    non_inferiority: "NonInferiority | None"

    @property
    def plain(self) -> dict[str, Any]:
        """Both for JSON."""
        equal, worse = self.equivalence, self.non_inferiority
        return {
            "equivalence": None if equal is None else _equivalence_plain(equal),
            "non_inferiority": None if worse is None else _worse_plain(worse),
        }

    @property
    def verdicts(self) -> tuple[str, ...]:
        """Both in words."""
        said = []
        equal, worse = self.equivalence, self.non_inferiority
        if equal is not None:
            said.append(
                f"Equivalence between {equal.margin_lower:g} and {equal.margin_upper:g}: "
                f"{equal.verdict.value}, p = {equal.p:.4g}."
            )
        if worse is not None:
            said.append(
                f"Non-inferiority by {worse.margin:g}: {worse.verdict.value}, p = {worse.p:.4g}."
            )
        return tuple(said)


def judged(effect: "Effect", margins: Margins) -> Judged:
    """Judge a difference, first minus second, by the margins that were named.

    `UnusableInputError` if one is named without what belongs to it.
    """
    return Judged(
        equivalence=_equivalence(effect, margins), non_inferiority=_non_inferiority(effect, margins)
    )


def _equivalence(effect: "Effect", margins: Margins) -> "Equivalence | None":
    from analysis.estimators.equivalence import judge_equivalence

    lower, upper = margins.lower_margin, margins.upper_margin
    if lower is None and upper is None:
        return None
    if lower is None or upper is None:
        message = "Equivalence needs both --lower-margin and --upper-margin."
        raise UnusableInputError(message)
    return judge_equivalence(effect, margin_lower=lower, margin_upper=upper)


def _non_inferiority(effect: "Effect", margins: Margins) -> "NonInferiority | None":
    from analysis.estimators.equivalence import Better, judge_non_inferiority

    margin, better = margins.non_inferiority_margin, margins.better
    if margin is None:
        return None
    if better is None:
        message = "--non-inferiority-margin needs --better higher or --better lower."
        raise UnusableInputError(message)
    return judge_non_inferiority(effect, margin=margin, better=Better[better.name])


def _equivalence_plain(found: "Equivalence") -> dict[str, Any]:
    return {
        "margin_lower": found.margin_lower,
        "margin_upper": found.margin_upper,
        "p_lower": found.p_lower,
        "p_upper": found.p_upper,
        "p": found.p,
        "lower": found.interval.lower,
        "upper": found.interval.upper,
        "interval_level": found.interval.level,
        "verdict": found.verdict.value,
        "method": found.method,
    }


def _worse_plain(found: "NonInferiority") -> dict[str, Any]:
    return {
        "margin": found.margin,
        "p": found.p,
        "lower": found.interval.lower,
        "upper": found.interval.upper,
        "interval_level": found.interval.level,
        "verdict": found.verdict.value,
        "method": found.method,
    }
