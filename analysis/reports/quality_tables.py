"""Tables of the quality of recordings by arm and by participant; every number with its n."""

from analysis.estimators.descriptive import Summary
from analysis.plan import AnalysisReport
from analysis.reports.formatting import fmt
from analysis.reports.table import Cell, Row, Table, words_cell
from analysis.signal_quality import HEART, ArmQuality, ParticipantQuality
from protocols.signal_variables import SIGNAL_VARIABLES

NOTHING = "–"
_FOOTNOTES = (
    "Median (lowest to highest); n: recordings that have the number.",
    "Usable: at rest the time that valid intervals cover, or the samples that are believed; in sessions the stretches that were good.",
    "Corrected: beats that the policy left out or a person edited.",
    "Gaps: at rest places without beats; in sessions stretches of half a minute that were not good.",
    "Good: at most 5% corrected and at least 80% usable. Hold: no value, with its reason.",
)


def quality_table(report: AnalysisReport) -> Table:
    """Return the quality of recordings by arm, each signal and setting under its heading."""
    rows: list[Row] = []
    for setting, signal in report.quality.kinds:
        rows.append(Row(stub=f"{_signal(signal)} {setting}"))
        rows += [_arm_row(one) for one in report.quality.of(setting, signal)]
    return Table(
        id="signal-quality",
        title="Quality of the recordings, by arm",
        population="Recordings of randomized participants",
        stub_heading="Arm",
        columns=(
            "Participants",
            "Recordings",
            "Minutes recorded",
            "Usable, %",
            "Corrected, %",
            "Gaps",
            "Good / degraded / hold",
            "Edited",
            "Why no value (n)",
        ),
        rows=tuple(rows),
        footnotes=_FOOTNOTES,
    )


def participant_quality_table(report: AnalysisReport) -> Table:
    """Return the quality of all recordings of each participant."""
    return Table(
        id="signal-quality-participants",
        title="Quality of the recordings, by participant",
        population="Randomized participants; one row a recording is in datasets/adsq",
        stub_heading="Participant",
        columns=(
            "Arm",
            "Recordings",
            "Minutes recorded",
            "Usable, %",
            "Corrected, %",
            "Gaps",
            "Good / degraded / hold",
            "Why no value (n)",
        ),
        rows=tuple(_participant_row(report, one) for one in report.quality.participants),
        footnotes=_FOOTNOTES,
    )


def _arm_row(one: ArmQuality) -> Row:
    return Row(
        stub=one.label,
        indent=1,
        cells=(
            Cell(text=str(one.participants), value=one.participants),
            Cell(text=str(one.recordings), value=one.recordings),
            _spread(one.recorded_minutes, 1),
            _spread(one.usable_percent, 1),
            _spread(one.corrected_percent, 1),
            _spread(one.gaps, 0),
            _states(one.states),
            Cell(text=str(one.edited), value=one.edited),
            _reasons(one.reasons),
        ),
    )


def _participant_row(report: AnalysisReport, one: ParticipantQuality) -> Row:
    label = next(arm.label for arm in report.arms if arm.arm == one.arm)
    return Row(
        stub=one.participant_id,
        cells=(
            words_cell(label),
            Cell(text=str(one.recordings), value=one.recordings),
            _spread(one.recorded_minutes, 1),
            _spread(one.usable_percent, 1),
            _spread(one.corrected_percent, 1),
            _spread(one.gaps, 0),
            _states(one.states),
            _reasons(one.reasons),
        ),
    )


def _spread(found: Summary, decimals: int) -> Cell:
    if found.median is None:
        return Cell(text=f"{NOTHING} (n = 0)")
    low, high = fmt(found.minimum, decimals), fmt(found.maximum, decimals)
    text = f"{fmt(found.median, decimals)} ({low} to {high}), n = {found.n}"
    return Cell(text=text, value=found.median)


def _states(states: tuple[int, int, int]) -> Cell:
    return Cell(text=" / ".join(str(one) for one in states), value=states[0])


def _reasons(reasons: tuple[tuple[str, int], ...]) -> Cell:
    said = "; ".join(f"{reason.replace('_', ' ')} ({count})" for reason, count in reasons)
    return words_cell(said or "none")


def _signal(signal: str) -> str:
    return "Heartbeat" if signal == HEART else SIGNAL_VARIABLES[signal].label
