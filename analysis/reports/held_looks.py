"""Looks that were held, on paper: when, by whom, on which records, what they found, what was decided."""

from collections.abc import Iterator, Sequence

from analysis.reports.formatting import fmt, fmt_interval, fmt_p
from analysis.reports.plan_table import SHORT_HASH
from analysis.reports.table import Cell, Row, Table, words_cell
from analysis.results import Interval
from data.records.looks import HeldLook, LookFinding
from protocols.design import Protocol
from protocols.hypotheses import planned_hypotheses

DECIMALS = 3
Z_DECIMALS = 4
LEVEL_DECIMALS = 5
UNDECIDED = "not decided yet"
QUANTITIES = (
    "Information",
    "Difference (standard error)",
    "z",
    "Efficacy bound",
    "p",
    "Level it was compared with",
    "Repeated interval",
    "Futility bound",
    "Harm bound",
    "The bounds say",
)
FOOTNOTES = (
    "Information: participants with the outcome over those planned. A dash: no such bound, or nothing could be spent.",
    "Difference: the arm compared minus the reference arm. Level 0: the hypothesis was not reached at that look.",
)


def held_looks_table(protocol: Protocol, held: Sequence[HeldLook]) -> Table:
    """Return what each look before the end found about each hypothesis, and what was decided.

    Parameters
    ----------
    protocol : Protocol
        The protocol in force.
    held : sequence of HeldLook
        In order; without findings a look has its date and its decision only.
    """
    labels = {test.name: test.label for test in planned_hypotheses(protocol)}
    return Table(
        id="held-looks",
        title="Looks held before the end",
        population="All data up to each look; p values and levels are two-sided, a positive z is a benefit",
        stub_heading="Look and hypothesis",
        columns=QUANTITIES,
        rows=tuple(row for look in held for row in _rows(look, labels)),
        footnotes=FOOTNOTES,
    )


def look_table(protocol: Protocol, look: HeldLook) -> Table:
    """Return what one look found, one column a hypothesis: narrow enough for a page."""
    labels = {test.name: test.label for test in planned_hypotheses(protocol)}
    cells = [tuple(_cells(finding)) for finding in look.findings]
    return Table(
        id=f"look-{look.number}",
        title=f"What look {look.number} found",
        population="All data up to the look; p values and levels are two-sided, a positive z is a benefit",
        stub_heading="What",
        columns=tuple(labels.get(one.hypothesis, one.hypothesis) for one in look.findings),
        rows=tuple(
            Row(stub=name, cells=tuple(column[place] for column in cells))
            for place, name in enumerate(QUANTITIES)
        ),
        footnotes=FOOTNOTES,
    )


def _rows(look: HeldLook, labels: dict[str, str]) -> Iterator[Row]:
    decided = UNDECIDED if look.decision is None else str(look.decision.value)
    by = "" if look.decided_by is None else f" (recorded by {look.decided_by})"
    why = f" {look.reason}" if look.reason else ""
    yield Row(
        stub=f"Look {look.number}, {look.held_at:%Y-%m-%d %H:%M} UTC, held by {look.held_by} on records "
        f"{look.data_sha256[:SHORT_HASH]}, program {look.code_version}. Decision: {decided}{by}.{why}"
    )
    for finding in look.findings:
        yield Row(
            stub=labels.get(finding.hypothesis, finding.hypothesis),
            cells=tuple(_cells(finding)),
            indent=1,
        )


def _cells(finding: LookFinding) -> Iterator[Cell]:
    share = f"{finding.observed} of {finding.planned} ({fmt(finding.information, 3)})"
    yield Cell(text=share, value=finding.information)
    error = f" ({fmt(finding.standard_error, DECIMALS)})" if finding.standard_error else ""
    yield Cell(text=f"{fmt(finding.estimate, DECIMALS)}{error}", value=finding.estimate)
    yield Cell(text=fmt(finding.z, Z_DECIMALS), value=finding.z)
    yield Cell(text=fmt(finding.efficacy_bound, Z_DECIMALS), value=finding.efficacy_bound)
    yield Cell(text=fmt_p(finding.p), value=finding.p)
    level = 0.0 if finding.local_level <= 0 else finding.nominal_level
    yield Cell(text=fmt(level, LEVEL_DECIMALS), value=level)
    yield Cell(text=fmt_interval(_interval(finding), DECIMALS))
    yield Cell(text=fmt(finding.futility_bound, Z_DECIMALS), value=finding.futility_bound)
    yield Cell(text=fmt(finding.harm_bound, Z_DECIMALS), value=finding.harm_bound)
    yield words_cell(_said(finding))


def _interval(finding: LookFinding) -> Interval | None:
    if finding.repeated_lower is None or finding.repeated_upper is None:
        return None
    return Interval(
        lower=finding.repeated_lower,
        upper=finding.repeated_upper,
        level=1 - finding.local_level,
    )


def _said(finding: LookFinding) -> str:
    if finding.reason:
        return f"nothing: {finding.reason}"
    power = finding.conditional_power
    chance = "" if power is None else f"; conditional power {fmt(100 * power, 1)} %"
    rejected = "rejected" if finding.is_rejected else "not rejected"
    return f"{finding.advice or rejected}{chance}"
