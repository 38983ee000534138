"""What a command gives: plain JSON for a program, tables and remarks for a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from screens.terminal.outcome import UntrustedFitError, say, say_json

if TYPE_CHECKING:
    from analysis.estimators.effect import Effect

SIGNIFICANT_DIGITS = 5
SMALLEST_P = 0.0001
NOTHING = "–"


@dataclass(frozen=True, kw_only=True, slots=True)
class TextTable:
    """A table for a person; cells are text already."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def lines(self) -> list[str]:
        """Return the table as lines: the first column to the left, the others to the right."""
        cells = [self.header, *self.rows]
        widths = [max(len(row[place]) for row in cells) for place in range(len(self.header))]
        text = [
            "  ".join(
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in cells
        ]
        return [self.title, text[0], "-" * (sum(widths) + 2 * (len(widths) - 1)), *text[1:]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One answer in both forms."""

    plain: Mapping[str, Any]
    tables: tuple[TextTable, ...]
    remarks: tuple[str, ...] = ()
    """For a person: what was done, with what, and what to beware of."""


def give(answer: Answer, *, as_json: bool) -> None:
    """Print an answer, unless a number in it is none.

    Raises
    ------
    UntrustedFitError
        If a number is infinite or not a number: nothing is printed then.
    """
    unfit = _without_value(answer.plain)
    if unfit is not None:
        message = f"The answer has no finite number for {unfit}, so it must not be trusted."
        raise UntrustedFitError(message)
    if as_json:
        say_json(answer.plain)
        return
    for table in answer.tables:
        for line in table.lines():
            say(line)
        say()
    for remark in answer.remarks:
        say(remark)


def _without_value(plain: Any, place: str = "") -> str | None:  # noqa: ANN401 - any plain JSON value
    """Return where a number is infinite or not a number; None when all are finite."""
    if isinstance(plain, float):
        return None if isfinite(plain) else place
    inside: Iterable[tuple[object, Any]] = ()
    if isinstance(plain, Mapping):
        inside = plain.items()
    elif isinstance(plain, list | tuple):
        inside = enumerate(plain)
    found = (_without_value(value, f"{place} {key}".strip()) for key, value in inside)
    return next((one for one in found if one is not None), None)


def finite(value: float | None) -> float | None:
    """Return a number for JSON: None where there is none, or no finite one."""
    return float(value) if value is not None and isfinite(value) else None


def shown(value: float | None) -> str:
    """Print a number with five significant digits.

    Examples
    --------
    >>> shown(0.123456), shown(123456.0), shown(None), shown(float("inf")), shown(-2.0)
    ('0.12346', '123456', '–', 'none', '-2')
    """
    if value is None:
        return NOTHING
    if not isfinite(value):
        return "none"
    text = f"{value:.{SIGNIFICANT_DIGITS}g}"
    return f"{value:.0f}" if "e+" in text else text


def shown_p(value: float | None) -> str:
    """Print a p value.

    Examples
    --------
    >>> shown_p(0.04999), shown_p(3e-7), shown_p(None)
    ('0.0500', '<0.0001', '–')
    """
    if value is None:
        return NOTHING
    return "<0.0001" if value < SMALLEST_P else f"{value:.4f}"


def percent(level: float) -> str:
    """Print a confidence level.

    Examples
    --------
    >>> percent(0.95), percent(0.975)
    ('95%', '97.5%')
    """
    return f"{level * 100:.6g}%"


def effect_plain(effect: "Effect") -> dict[str, Any]:
    """Return an effect as plain JSON; a limit that does not exist is null."""
    interval = effect.interval
    return {
        "quantity": effect.quantity,
        "method": effect.method,
        "estimate": finite(effect.estimate),
        "se": finite(effect.standard_error),
        "df": finite(effect.df),
        "statistic": finite(effect.statistic),
        "lower": None if interval is None else finite(interval.lower),
        "upper": None if interval is None else finite(interval.upper),
        "level": None if interval is None else interval.level,
        "p": finite(effect.p),
        "n": {size.arm: size.n for size in effect.arms},
        "comment": effect.comment,
        "reason": effect.reason,
    }


def effects_table(title: str, effects: Sequence["Effect"], level: float) -> TextTable:
    """Return effects as a table, one a row."""
    return TextTable(
        title=title,
        header=("", "estimate", "SE", "df", f"{percent(level)} interval", "p"),
        rows=tuple(
            (
                effect.quantity,
                shown(effect.estimate),
                shown(effect.standard_error),
                shown(effect.df),
                NOTHING
                if effect.interval is None
                else f"{shown(effect.interval.lower)} to {shown(effect.interval.upper)}",
                shown_p(effect.p),
            )
            for effect in effects
        ),
    )


def require_estimates(effects: Sequence["Effect"], source: str) -> None:
    """Refuse to print when the first effect, the one that was asked for, cannot be estimated; ``source`` names the data."""
    if effects[0].estimate is None:
        raise UntrustedFitError(f"{source}: {effects[0].quantity}: {effects[0].reason}.")


def effect_remarks(effects: Sequence["Effect"]) -> tuple[str, ...]:
    """Return method, comment and reason of every effect, each sentence once."""
    said = [f"{effect.quantity}: {effect.method}." for effect in effects]
    said += [effect.comment for effect in effects if effect.comment]
    said += [
        f"{effect.quantity}: not estimable, {effect.reason}." for effect in effects if effect.reason
    ]
    return tuple(dict.fromkeys(said))
