"""Every measure of heart rate variability of a recording, window by window.

Conventions: a window holds the intervals that end in it, its end included. Beats are judged once, over the whole
recording. A window is refused as a whole when its signal cannot be believed; a single measure is refused when the
window is too short for it, and the spectrum when more than 5 % of the beats are flagged or more than 3 s are without a
valid interval. Nothing raises and nothing is made up: each measure has a value or a reason.

Contents: `measure_windows`, `HrvWindow`; `look_at_window`, `WindowView` for one window with its beats and spectrum; how to cut is `data.measures.window_plan`, why there are no values
`data.measures.window_refusals`.

References
----------
Task Force (1996), Circulation 93(5), 1043-1065.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from data.measures.beat_policy import (
    GOOD_FLAGGED_SHARE,
    SMALLEST_COVERED_SHARE,
    JudgedBeats,
    apply_verdicts,
    between,
    compute_covered_share,
    compute_flagged_share,
    flag_overlaps,
    judge_beats,
)
from data.measures.breathing import adjust_for_breathing
from data.measures.heart_recordings import HeartRecording
from data.measures.hrv_findings import Finding, Findings, find_all, find_spectrum
from data.measures.measured_values import HrvName, MeasuredValue, NoValueReason, Stretch
from data.measures.spectrum import Spectrum
from data.measures.time_domain import FloatArray
from data.measures.window_plan import WindowPlan
from data.measures.window_refusals import (
    SHORT_S,
    Minute,
    beats_of_passed_minutes,
    judge_minutes,
    why_no_values,
)
from data.records.signals import WindowGrade

WHOLE = WindowPlan()
ADJUSTED = (
    (HrvName.LN_RMSSD, HrvName.LN_RMSSD_BREATHING_ADJUSTED),
    (HrvName.LN_HF_POWER, HrvName.LN_HF_POWER_BREATHING_ADJUSTED),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class HrvWindow:
    """Every measure of one window."""

    stretch: Stretch
    grade: WindowGrade
    """``hold`` when there is no value at all; ``degraded`` when more than 5 % of the beats are flagged or less than 80 %
    of the window is covered."""
    measures: tuple[MeasuredValue, ...]
    """One for each of `HrvName`, in its order."""

    def measure(self, name: HrvName) -> MeasuredValue:
        """Return one measure."""
        return next(one for one in self.measures if one.name is name)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WindowView:
    """One window with what its measures are made of."""

    window: HrvWindow
    beats: JudgedBeats
    """Its beats, judged over the whole recording."""
    spectrum: Spectrum | NoValueReason


def measure_windows(recording: HeartRecording, plan: WindowPlan = WHOLE) -> tuple[HrvWindow, ...]:
    """Measure a recording window by window.

    Parameters
    ----------
    recording : HeartRecording
        Intervals, with the waveform that they come from.
    plan : WindowPlan
        How it is cut.

    Returns
    -------
    tuple of HrvWindow
        At least one, in order of time. The cost grows with the number of windows times their length.
    """
    spans_s = plan.spans_s(recording.start_s, recording.end_s)
    beats = judged_beats(recording)
    minutes = judge_minutes(recording) if spans_s[0][1] - spans_s[0][0] > SHORT_S else ()
    if minutes:
        beats = beats_of_passed_minutes(beats, minutes)
    drafts = [_draft(recording, beats, minutes, span_s) for span_s in spans_s]
    _adjust(drafts)
    return tuple(_window_of(draft) for draft in drafts)


def judged_beats(recording: HeartRecording) -> JudgedBeats:
    """Return the beats of a recording as policy and people judge them."""
    return flag_overlaps(apply_verdicts(judge_beats(recording.beats), recording.verdicts))


def look_at_window(
    recording: HeartRecording, beats: JudgedBeats, start_s: float, end_s: float
) -> WindowView:
    """Measure one window of recorded intervals as `measure_windows` does, and return its beats and spectrum too.

    Parameters
    ----------
    recording : HeartRecording
        Intervals, without a waveform.
    beats : JudgedBeats
        What `judged_beats` gave for it: judged once, however many windows are looked at.
    start_s, end_s : float
        The window. The cost grows with its beats, not with those of the recording.
    """
    draft = _draft(recording, beats, (), (start_s, end_s))
    _adjust([draft])
    first, last = np.searchsorted(beats.times_s, (start_s, end_s), side="right")
    inside = between(beats, slice(int(first), int(last)))
    return WindowView(
        window=_window_of(draft),
        beats=inside,
        spectrum=draft.refusal or find_spectrum(inside, draft.stretch),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Draft:
    stretch: Stretch
    refusal: NoValueReason | None
    findings: Findings


def _draft(
    recording: HeartRecording,
    beats: JudgedBeats,
    minutes: tuple[Minute, ...],
    span_s: tuple[float, float],
) -> _Draft:
    start_s, end_s = span_s
    first, last = np.searchsorted(beats.times_s, span_s, side="right")
    inside = between(beats, slice(int(first), int(last)))
    stretch = Stretch(
        start_s=start_s,
        end_s=end_s,
        kind=recording.beats.kind,
        sampling_rate_hz=recording.sampling_rate_hz,
        beats=int(inside.rr_ms.size),
        flagged_share=compute_flagged_share(inside),
        covered_share=compute_covered_share(inside, start_s, end_s),
    )
    refusal = why_no_values(recording, minutes, inside, stretch)
    findings: Findings = {} if refusal else find_all(recording, inside, stretch)
    return _Draft(stretch=stretch, refusal=refusal, findings=findings)


def _adjust(drafts: list[_Draft]) -> None:
    """Add to the findings of every window the measures that need all windows."""
    rates = _column(drafts, HrvName.BREATHING_RATE_PER_MIN)
    for raw, adjusted in ADJUSTED:
        found = adjust_for_breathing(_column(drafts, raw), rates)
        for number, draft in enumerate(drafts):
            if draft.refusal is None:
                draft.findings[adjusted] = _adjusted_finding(draft, raw, found, number)


def _column(drafts: list[_Draft], name: HrvName) -> FloatArray:
    found = (draft.findings.get(name) for draft in drafts)
    return np.array([one if isinstance(one, float) else np.nan for one in found])


def _adjusted_finding(
    draft: _Draft, raw: HrvName, found: FloatArray | NoValueReason, number: int
) -> Finding:
    for name in (raw, HrvName.BREATHING_RATE_PER_MIN):
        missing = draft.findings[name]
        if isinstance(missing, NoValueReason):
            return missing
    return found if isinstance(found, NoValueReason) else float(found[number])


def _window_of(draft: _Draft) -> HrvWindow:
    return HrvWindow(
        stretch=draft.stretch,
        grade=_grade(draft),
        measures=tuple(_measured(draft)),
    )


def _measured(draft: _Draft) -> Iterator[MeasuredValue]:
    for name in HrvName:
        found = draft.refusal or draft.findings[name]
        yield MeasuredValue(
            name=name,
            value=None if isinstance(found, NoValueReason) else found,
            reason=found if isinstance(found, NoValueReason) else None,
            stretch=draft.stretch,
        )


def _grade(draft: _Draft) -> WindowGrade:
    if draft.refusal is not None:
        return WindowGrade.HOLD
    stretch = draft.stretch
    is_good = (
        stretch.flagged_share <= GOOD_FLAGGED_SHARE
        and stretch.covered_share >= SMALLEST_COVERED_SHARE
    )
    return WindowGrade.GOOD if is_good else WindowGrade.DEGRADED
