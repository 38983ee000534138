"""The figures beside the tachogram: spectrum, Poincaré plot, quality over the recording; each with its words and data.

Contents: `spectrum_figure`, `poincare_figure`, `quality_figure`, `quality_windows`.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from analysis.reports.figure import COLOURS, Figure, draw_svg
from analysis.reports.table import Cell, Row, Table, words_cell
from data.measures.hrv_windows import HrvWindow, measure_windows
from data.measures.measured_values import HrvName, NoValueReason
from data.measures.spectrum import HF, LF, VLF, Band, Spectrum
from data.measures.window_plan import WindowPlan
from data.records.signals import WindowGrade
from screens.beats.looking import Prepared, View
from screens.beats.words import REASONS, clock

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

BANDS: tuple[tuple[str, Band, HrvName, str], ...] = (
    ("VLF", VLF, HrvName.VLF_POWER_MS2, "#d9d2e6"),
    ("LF", LF, HrvName.LF_POWER_MS2, "#cfe0ec"),
    ("HF", HF, HrvName.HF_POWER_MS2, "#d7e8cf"),
)
SHOWN_HZ = 0.5
LONG_S = 900.0
MINUTE_S = 60.0
FIVE_MINUTES_S = 300.0
SIZE_INCHES = (5.2, 3.4)
WIDE_INCHES = (10.6, 2.4)
GRADES = {
    WindowGrade.GOOD: ("good", COLOURS[0], ""),
    WindowGrade.DEGRADED: ("degraded", COLOURS[1], "//"),
    WindowGrade.HOLD: ("no value", "#7a1410", "xx"),
}


def spectrum_figure(view: View) -> Figure | None:
    """Draw the spectrum with the bands of the Task Force shaded; None where there is none."""
    spectrum = view.shown.spectrum
    if isinstance(spectrum, NoValueReason):
        return None
    shown = spectrum.frequencies_hz <= SHOWN_HZ
    frequencies_hz = spectrum.frequencies_hz[shown]
    density = spectrum.density_ms2_per_hz[shown]

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        for name, band, _, colour in BANDS:
            axes.axvspan(band.low_hz, band.high_hz, color=colour, lw=0)
            middle_hz = (band.low_hz + band.high_hz) / 2
            axes.text(middle_hz, 1.02, name, ha="center", transform=axes.get_xaxis_transform())
        axes.plot(frequencies_hz, density, color="#1a1a1a", lw=1.2)
        axes.set_xlim(0.0, SHOWN_HZ)
        axes.set_ylim(bottom=0.0)
        axes.set_xlabel("Frequency, Hz")
        axes.set_ylabel("Power density, ms²/Hz")

    return Figure(
        id="spectrum",
        title="Spectrum of the intervals on view",
        svg=draw_svg("beats-spectrum", SIZE_INCHES, draw),
        alternative=_spectrum_in_words(view, spectrum),
        table=_band_table(view, spectrum),
    )


def _spectrum_in_words(view: View, spectrum: Spectrum) -> str:
    from_lf = spectrum.frequencies_hz >= LF.low_hz
    inside = from_lf & (spectrum.frequencies_hz < HF.high_hz)
    peak_hz = float(spectrum.frequencies_hz[inside][np.argmax(spectrum.density_ms2_per_hz[inside])])
    powers = "; ".join(
        f"{name} {band.low_hz:g} to {band.high_hz:g} Hz: {spectrum.power_ms2(band):.0f} ms²"
        for name, band, _, _ in BANDS
    )
    return (
        f"Power density from 0 to {SHOWN_HZ:g} Hz, {clock(view.start_s)} to {clock(view.end_s)}. {powers}. "
        f"Above {LF.low_hz:g} Hz the highest density is at {peak_hz:.3f} Hz ({peak_hz * 60:.1f} a minute)."
    )


def _band_table(view: View, spectrum: Spectrum) -> Table:
    rows = []
    for name, band, measure, _ in BANDS:
        reported = view.shown.window.measure(measure)
        power_ms2 = spectrum.power_ms2(band)
        remark = REASONS[reported.reason] if reported.reason else "reported"
        rows.append(
            Row(
                stub=name,
                cells=(
                    words_cell(f"{band.low_hz:g} to {band.high_hz:g}"),
                    Cell(text=f"{power_ms2:.1f}", value=power_ms2),
                    words_cell(remark),
                ),
            )
        )
    return Table(
        id="beats-spectrum",
        title="Data of the figure: power by band",
        population=f"{clock(view.start_s)} to {clock(view.end_s)}",
        stub_heading="Band",
        columns=("Limits, Hz", "Power, ms²", "Reported or why not"),
        rows=tuple(rows),
        footnotes=(f"Recipe {spectrum.recipe.id}; bands of the Task Force (1996).",),
    )


def poincare_figure(view: View) -> Figure | None:
    """Draw each interval against the next one, with SD1 and SD2; None below three pairs."""
    beats = view.shown.beats
    first_ms = beats.rr_ms[:-1][beats.pair_valid]
    next_ms = beats.rr_ms[1:][beats.pair_valid]
    if first_ms.size < 3:
        return None
    window = view.shown.window
    widths = [window.measure(name).value for name in (HrvName.SD1_MS, HrvName.SD2_MS)]
    middle_ms = (float(first_ms.mean()), float(next_ms.mean()))

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        axes.plot(first_ms, next_ms, ".", color=COLOURS[0], ms=3.5, alpha=0.6)
        if widths[0] is not None and widths[1] is not None:
            _draw_axes_of_cloud(axes, middle_ms, widths[0], widths[1])
        axes.set_aspect("equal", adjustable="datalim")
        axes.set_xlabel("Interval, ms")
        axes.set_ylabel("Next interval, ms")

    shown = ["no value" if one is None else f"{one:.1f} ms" for one in widths]
    ratio = "" if None in widths or not widths[1] else f", SD1/SD2 {widths[0] / widths[1]:.2f}"  # type: ignore[operator]
    return Figure(
        id="poincare",
        title="Poincaré plot of the intervals on view",
        svg=draw_svg("beats-poincare", SIZE_INCHES, draw),
        alternative=(
            f"Each interval against the next one, {first_ms.size} pairs of neighbours that both count. Width "
            f"across the line of equal neighbours SD1 {shown[0]}, length along it SD2 {shown[1]}{ratio}. "
            f"The middle is at {middle_ms[0]:.0f} ms."
        ),
        table=_poincare_table(view, first_ms.size, widths),
    )


def _draw_axes_of_cloud(
    axes: "Axes", middle_ms: tuple[float, float], sd1_ms: float, sd2_ms: float
) -> None:
    from matplotlib.patches import Ellipse

    axes.add_patch(
        Ellipse(middle_ms, 2 * sd2_ms, 2 * sd1_ms, angle=45, fill=False, ec="#1a1a1a", lw=1.2)
    )
    half = math.sqrt(0.5)
    for label, length_ms, (right, up) in (("SD1", sd1_ms, (-1, 1)), ("SD2", sd2_ms, (1, 1))):
        tip = (middle_ms[0] + right * half * length_ms, middle_ms[1] + up * half * length_ms)
        axes.plot(*zip(middle_ms, tip, strict=True), color="#1a1a1a", lw=1.6)
        axes.annotate(
            f"{label} {length_ms:.1f}",
            tip,
            xytext=(right * 6, 6),
            textcoords="offset points",
            ha="right" if right < 0 else "left",
            bbox={"fc": "white", "ec": "none", "pad": 1, "alpha": 0.8},
        )


def _poincare_table(view: View, pairs: int, widths: list[float | None]) -> Table:
    cells = {"SD1, ms": widths[0], "SD2, ms": widths[1]}
    return Table(
        id="beats-poincare",
        title="Data of the figure: its width and length",
        population=f"{clock(view.start_s)} to {clock(view.end_s)}",
        stub_heading="",
        columns=("Value",),
        rows=(
            Row(stub="Pairs of neighbours", cells=(Cell(text=str(pairs), value=pairs),)),
            *(
                Row(
                    stub=name,
                    cells=(Cell(text="–" if one is None else f"{one:.1f}", value=one),),
                )
                for name, one in cells.items()
            ),
        ),
        footnotes=("The intervals themselves are in the table of beats below.",),
    )


def quality_windows(prepared: Prepared) -> tuple[HrvWindow, ...]:
    """Measure the recording in windows of one minute, from a quarter of an hour on of five."""
    recording = prepared.recording
    is_long = recording.end_s - recording.start_s >= LONG_S
    return measure_windows(recording, WindowPlan(length_s=FIVE_MINUTES_S if is_long else MINUTE_S))


def quality_figure(windows: tuple[HrvWindow, ...]) -> Figure:
    """Draw which share of the beats is left out in each window, and what the window may be used for."""
    stretches = [one.stretch for one in windows]
    minutes = round((stretches[0].end_s - stretches[0].start_s) / MINUTE_S)

    def draw(canvas: "Canvas") -> None:
        axes = canvas.subplots()
        for grade, (label, colour, hatch) in GRADES.items():
            of_grade = [one.stretch for one in windows if one.grade is grade]
            if not of_grade:
                continue
            axes.bar(
                [one.start_s / MINUTE_S for one in of_grade],
                [max(100 * one.flagged_share, 0.3) for one in of_grade],
                width=0.92 * minutes,
                align="edge",
                color=colour,
                hatch=hatch,
                ec="white",
                label=f"{label} ({len(of_grade)})",
            )
        for limit in (5, 20):
            axes.axhline(limit, color="#444444", lw=0.8, ls="--")
        axes.set_ylim(0, max(25.0, *(110 * one.flagged_share for one in stretches)))
        axes.set_xlabel("Time of the recording, min")
        axes.set_ylabel("Beats left out, %")
        axes.legend(ncols=3, frameon=False, loc="upper right", fontsize=9)

    counts = {grade: sum(one.grade is grade for one in windows) for grade in GRADES}
    worst = max(windows, key=lambda one: one.stretch.flagged_share).stretch
    return Figure(
        id="quality",
        title=f"Quality over the recording, windows of {minutes} min",
        svg=draw_svg("beats-quality", WIDE_INCHES, draw),
        alternative=(
            f"{len(windows)} windows of {minutes} min: {counts[WindowGrade.GOOD]} good, "
            f"{counts[WindowGrade.DEGRADED]} degraded, {counts[WindowGrade.HOLD]} without a value. Most beats are "
            f"left out from {clock(worst.start_s)} to {clock(worst.end_s)}: {100 * worst.flagged_share:.1f} %. Dashed "
            "lines: above 5 % there is no spectrum, above 20 % no value at all."
        ),
        table=_quality_table(windows),
    )


def _quality_table(windows: tuple[HrvWindow, ...]) -> Table:
    return Table(
        id="beats-quality",
        title="Data of the figure: every window",
        population="The edited series",
        stub_heading="Window",
        columns=("Beats", "Left out, %", "Covered, %", "Quality", "RMSSD, ms"),
        rows=tuple(_quality_row(one) for one in windows),
    )


def _quality_row(window: HrvWindow) -> Row:
    stretch, rmssd = window.stretch, window.measure(HrvName.RMSSD_MS)
    words = "–" if rmssd.reason is None else f"– ({REASONS[rmssd.reason]})"
    return Row(
        stub=f"{clock(stretch.start_s)} to {clock(stretch.end_s)}",
        cells=(
            Cell(text=str(stretch.beats), value=stretch.beats),
            Cell(text=f"{100 * stretch.flagged_share:.1f}", value=stretch.flagged_share),
            Cell(text=f"{100 * stretch.covered_share:.1f}", value=stretch.covered_share),
            words_cell(GRADES[window.grade][0]),
            Cell(text=words if rmssd.value is None else f"{rmssd.value:.1f}", value=rmssd.value),
        ),
    )
