"""How the numbers compare with Kubios: our recipe beside its documented defaults, with what difference to expect.

Contents: `RECIPE_ROWS`, `RecipeRow`, `SOURCES`, `draw_comparison`.
"""

from dataclasses import dataclass

import streamlit as st

from data.measures.beat_policy import (
    FEWEST_PAIRS,
    GOOD_FLAGGED_SHARE,
    LARGEST_DEVIATION,
    LONGEST_RR_MS,
    MEDIAN_BEATS,
    SHORTEST_RR_MS,
    USABLE_FLAGGED_SHARE,
)
from data.measures.hrv_findings import LONGEST_BRIDGED_S
from data.measures.measured_values import TIME_RECIPE
from data.measures.spectrum import HF, LF, STANDARD, VLF

SEGMENT_S = STANDARD.segment_samples / STANDARD.samples_per_s


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipeRow:
    """One choice that moves a number."""

    step: str
    ours: str
    kubios: str
    expect: str


RECIPE_ROWS = (
    RecipeRow(
        step="Artefact rule",
        ours=(
            f"Left out: outside {SHORTEST_RR_MS:.0f}-{LONGEST_RR_MS:.0f} ms, or more than "
            f"{100 * LARGEST_DEVIATION:.0f} % from the median of {MEDIAN_BEATS} beats. Above "
            f"{100 * GOOD_FLAGGED_SHARE:.0f} % left out no spectrum, above {100 * USABLE_FLAGGED_SHARE:.0f} % no value; "
            f"at least {FEWEST_PAIRS} valid pairs. Nothing is made up."
        ),
        kubios=(
            "Standard: none until a level is chosen; levels very low to very strong mark what is 0.45 to 0.05 s off a "
            "local average (at 60 bpm). Premium and Scientific: automatic correction (Lipponen & Tarvainen 2019). "
            "What is marked is replaced by interpolation."
        ),
        expect=(
            "Without artefacts none. With some, Kubios without correction gives a larger RMSSD; with it, replaced beats "
            "are smooth, so RMSSD and HF are a little smaller than ours."
        ),
    ),
    RecipeRow(
        step="Detrending",
        ours="None, except that each segment's mean is taken off before the spectrum.",
        kubios="Smoothness priors, λ = 500 (about 0.035 Hz at 4 Hz), for the spectrum and, as set, the time domain.",
        expect=(
            "Five minutes of three open series, detrended by us like that: VLF 88 to 94 % smaller, LF 4 to 6 %, HF at most "
            "0.2 %; if the time domain is detrended too, SDNN 22 to 34 % smaller. Choose “None” there to compare."
        ),
    ),
    RecipeRow(
        step="Interpolation",
        ours=(
            f"Cubic spline through valid intervals, {STANDARD.samples_per_s:g} Hz; no spectrum over more than "
            f"{LONGEST_BRIDGED_S:g} s without one."
        ),
        kubios="Cubic spline, 4 Hz.",
        expect="None on clean beats.",
    ),
    RecipeRow(
        step="Window",
        ours=(
            f"Hann; up to {SEGMENT_S:.0f} s one segment, longer ones overlap by half or more and reach the end; padded to "
            f"{STANDARD.transform_samples} samples."
        ),
        kubios=(
            "Welch, 300 s a window, 50 % overlap (256 s in versions 2.x). An autoregressive spectrum (order 16) is "
            "printed beside it: never compare that one."
        ),
        expect=(
            "Up to five minutes none. Longer, bands up to 10 % apart on three open series, because a fixed step leaves out "
            "the end. An autoregressive spectrum is another quantity."
        ),
    ),
    RecipeRow(
        step="Bands, Hz",
        ours=(
            f"VLF {VLF.low_hz:g}-{VLF.high_hz:g}, LF {LF.low_hz:g}-{LF.high_hz:g}, HF {HF.low_hz:g}-{HF.high_hz:g}; "
            "normalized: of LF + HF."
        ),
        kubios="VLF 0-0.04, LF 0.04-0.15, HF 0.15-0.4; normalized: of total minus VLF.",
        expect="None: both are of LF + HF.",
    ),
    RecipeRow(
        step="Time domain",
        ours="SDNN by n − 1; pNN50 of the differences; differences over valid neighbours only.",
        kubios="SDNN by n − 1; pNN50 of the differences; over the corrected series.",
        expect="None on clean beats without detrending: equal to the printed digit.",
    ),
)
SOURCES = (
    "Kubios: its User’s Guides (HRV Standard and Premium 3.x, HRV Scientific 4.1), Tarvainen et al. (2014), Comput Methods "
    "Programs Biomed 113, 210; Tarvainen et al. (2002), IEEE Trans Biomed Eng 49, 172; Lipponen & Tarvainen (2019), J Med "
    "Eng Technol 43, 173. Defaults change between versions, and people change them: go by the settings that the Kubios "
    "report in your hand prints. Measured by us once: on one short series without artefacts our recipe was within 1 % of "
    "Kubios HRV 2.2 for LF, HF and LF/HF, and equal in the time domain; without detrending."
)


def draw_comparison() -> None:
    """Draw both recipes side by side."""
    st.markdown(
        f"Every number of this page is of the recipes `{TIME_RECIPE}` and `{STANDARD.id}`. Values of different recipes are "
        "never compared: band powers of the same beats differ by up to 60 %."
    )
    st.table(
        [
            {
                "Step": row.step,
                "Here": row.ours,
                "Kubios, as its guide documents": row.kubios,
                "Expect": row.expect,
            }
            for row in RECIPE_ROWS
        ],
        border="horizontal",
        hide_index=True,
        alt="Our recipe beside that of Kubios",
    )
    st.caption(SOURCES)
