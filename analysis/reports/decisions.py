"""What was decided about a hypothesis, beside its result: columns of the exports, lines of a card, a row of a table."""

from collections.abc import Iterator

from analysis.reports.formatting import fmt, fmt_interval, fmt_p
from analysis.results import HypothesisTest, Result

LEVEL_DECIMALS = 5
DECISION_COLUMNS = (
    "level_of_all",
    "adjusted_p",
    "local_level",
    "decision",
    "decided_at_look",
    "level_of_look",
    "tested_lower",
    "tested_upper",
)
"""Empty where a result is no hypothesis that shares its level or is looked at several times."""


def decision_values(result: Result) -> tuple[object, ...]:
    """Return the values of `DECISION_COLUMNS`; None where there is none."""
    test = result.test
    if test is None:
        return (None,) * len(DECISION_COLUMNS)
    return (
        test.significance_level,
        test.adjusted_p,
        test.local_level,
        decision_in_words(test),
        test.look,
        test.look_level,
        test.interval.lower if test.interval else None,
        test.interval.upper if test.interval else None,
    )


def decision_lines(result: Result, decimals: int) -> Iterator[tuple[str, str]]:
    """Yield the lines of a card, each a name and a text; nothing where nothing was decided."""  # noqa: DOC402 - said above
    test = result.test
    if test is None:
        return
    yield "Decision", f"{decision_in_words(test)}{_at_look(test)}"
    yield "Adjusted p", fmt_p(test.adjusted_p)
    yield "Level of all hypotheses together", f"{test.significance_level:g}, two-sided"
    yield "Level this one was tested at", fmt(test.local_level, LEVEL_DECIMALS)
    yield "Interval that agrees with the decision", agreeing_interval(test, decimals)


def decision_in_words(test: HypothesisTest) -> str:
    """Say what was decided."""
    return "rejected" if test.is_rejected else "not rejected"


def agreeing_interval(test: HypothesisTest, decimals: int) -> str:
    """Return the interval at the level that decided, or why there is none."""
    if test.interval is None:
        return f"none: {test.no_interval}"
    return f"{fmt_interval(test.interval, decimals)} ({100 * test.interval.level:.5g}%)"


def _at_look(test: HypothesisTest) -> str:
    if test.look is None or test.look_level is None:
        return ""
    return f" at look {test.look}, whose level was {fmt(test.look_level, LEVEL_DECIMALS)}"
