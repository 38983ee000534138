"""The table of the arm guesses: counts by arm, and Bang's index where it can be estimated; under the mask, who was asked."""

from collections.abc import Iterator

from analysis.arm_guesses import ArmGuesses, RespondentGuesses
from analysis.plan import AnalysisReport
from analysis.reports.formatting import fmt, fmt_count, fmt_interval, fmt_level
from analysis.reports.table import Cell, Row, Table, count_cells, words_cell
from protocols.arm_guess import Respondent

_DECIMALS = 2
_HEADINGS = {
    Respondent.PARTICIPANT: "Guesses of the participants",
    Respondent.COORDINATOR: "Guesses of the coordinators about each participant",
}


FOLLOWS_UNBLINDING = (
    "What was guessed, by arm, and Bang’s index follow unblinding: guesses by masked arm would tell "
    "which arm is which where the blind failed."
)


def guess_table(report: AnalysisReport) -> Table:
    """Return what people guessed the arm to be, by arm (CONSORT 2025 item 20b); masked: how many were asked."""
    return _asked_table(report) if report.masked else _table_by_arm(report)


def _asked_table(report: AnalysisReport) -> Table:
    return Table(
        id="arm-guesses",
        title="Who was asked for the arm after the last session",
        population="Randomized participants",
        stub_heading="Guess",
        columns=("Asked and answered, in all",),
        rows=tuple(
            Row(
                stub=_HEADINGS[guesses.respondent],
                cells=(Cell(text=f"{guesses.asked} of {guesses.randomized}", value=guesses.asked),),
            )
            for guesses in report.guesses
        ),
        footnotes=(
            "“I prefer not to answer” is an answer here, and so is “I do not know”.",
            FOLLOWS_UNBLINDING,
        ),
    )


def _table_by_arm(report: AnalysisReport) -> Table:
    first = report.guesses[0]
    level = fmt_level(report.protocol.analysis.confidence_level)
    return Table(
        id="arm-guesses",
        title="Guesses of the arm after the last session",
        population="Randomized participants",
        stub_heading="Guess",
        columns=tuple(f"{arm.label} (N = {arm.randomized})" for arm in first.arms),
        rows=tuple(row for guesses in report.guesses for row in _rows(guesses, level)),
        footnotes=(
            "Percentages are of those who answered, “I do not know” included.",
            (
                "Bang’s index: right minus wrong guesses, as a share of those who answered. 0: as many right as wrong; "
                "1: everybody is right; -1: everybody is wrong. The interval is a Wald interval, cut at -1 and 1."
            ),
            *_reasons(report),
        ),
    )


def _rows(guesses: RespondentGuesses, level: str) -> Iterator[Row]:
    arms = guesses.arms
    yield Row(stub=_HEADINGS[guesses.respondent])
    for position, words in enumerate(guesses.choices):
        cells = tuple(_share(arm.named[position], arm) for arm in arms)
        yield Row(stub=words, cells=cells, indent=1)
    yield Row(stub="I do not know", cells=tuple(_share(a.unknown, a) for a in arms), indent=1)
    yield Row(stub="Preferred not to answer", cells=count_cells(a.declined for a in arms), indent=1)
    yield Row(stub="No answer", cells=count_cells(a.not_asked for a in arms), indent=1)
    stub = f"Bang’s index ({level} confidence interval)"
    yield Row(stub=stub, cells=tuple(_index(arm) for arm in arms), indent=1)


def _share(count: int, arm: ArmGuesses) -> Cell:
    return Cell(text=fmt_count(count, arm.answered), value=count)


def _index(arm: ArmGuesses) -> Cell:
    if arm.index is None:
        return words_cell("not estimable")
    text = fmt(arm.index.index, _DECIMALS)
    if arm.index.interval is not None:
        text += f" ({fmt_interval(arm.index.interval, _DECIMALS)})"
    return Cell(text=text, value=arm.index.index)


def _reasons(report: AnalysisReport) -> Iterator[str]:
    """Say once why an index, or its interval, is not there.

    Yields
    ------
    str
        One footnote for each respondent, arm and reason; one for all where all arms share it.
    """
    for guesses in report.guesses:
        reasons = {arm.reason for arm in guesses.arms}
        who = _HEADINGS[guesses.respondent]
        if len(reasons) == 1:
            yield from (f"{who}, every arm: {reason}." for reason in reasons if reason)
        else:
            yield from (f"{who}, {arm.label}: {arm.reason}." for arm in guesses.arms if arm.reason)
