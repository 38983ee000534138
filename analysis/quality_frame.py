"""The dataset of signal quality: one row a recording of the randomized, for export."""

from typing import TYPE_CHECKING

from analysis.signal_quality import SignalQuality

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = (
    "STUDYID",
    "USUBJID",
    "TRT01P",
    "VISIT",
    "SETTING",
    "SIGNAL",
    "RECMIN",
    "USABLEPCT",
    "CORRPCT",
    "GAPS",
    "STATE",
    "REASON",
    "EDITS",
)


def signal_quality_frame(study_id: str, quality: SignalQuality) -> "pd.DataFrame":
    """Return ADSQ: one row a recording; empty cells where the records say nothing."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    rows = [
        (
            study_id,
            one.participant_id,
            one.arm,
            one.occasion,
            one.setting,
            one.signal,
            one.recorded_minutes,
            one.usable_percent,
            one.corrected_percent,
            one.gaps,
            one.state,
            one.reason,
            one.edits,
        )
        for one in quality.recordings
    ]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    return frame.astype({"GAPS": "Int64"})
