"""The analysis datasets as data frames with CDISC ADaM names: the one mapping between our names and CDISC's.

For export and for colleagues who work with R or SAS: ADSL (one row a participant), ADQS (variables measured at visits), ADVAS (state
anxiety around sessions), ADAE (adverse events).

Conventions: CHG = AVAL - BASE; a missing value is an empty cell; DTYPE is ``PRORATED`` where missing items were replaced by the
questionnaire's missing-item rule; flags are ``Y`` or ``N``. NEDIT is the number of edits of a recording's beats, CORRPCT the percentage of
its beats that were left out, added, moved or removed.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from analysis.analysis_sets import Membership
from analysis.datasets import Datasets, ParticipantRow
from analysis.harms import ListedEvent
from protocols.analysis_plan import AnalysisSet

if TYPE_CHECKING:
    import pandas as pd

_FLAGS: Mapping[str, AnalysisSet] = {
    "RANDFL": AnalysisSet.RANDOMIZED,
    "FASFL": AnalysisSet.FULL_ANALYSIS,
    "PPROTFL": AnalysisSet.PER_PROTOCOL,
    "SAFFL": AnalysisSet.SAFETY,
}


def adsl_frame(
    study_id: str, rows: Iterable[ParticipantRow], memberships: Iterable[Membership]
) -> "pd.DataFrame":
    """Return ADSL: one row a randomized participant, with a flag for each analysis set."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    members = {m.analysis_set: frozenset(m.members) for m in memberships}
    return pd.DataFrame(
        [
            {
                "STUDYID": study_id,
                "USUBJID": row.participant_id,
                "SITEID": row.site_id,
                "AGE": row.age_years,
                "SEX": row.sex,
                "TRT01P": row.arm,
                "RANDDT": row.randomized_on.isoformat(),
                **{
                    flag: _yes_no(row.participant_id in members[analysis_set])
                    for flag, analysis_set in _FLAGS.items()
                },
                **{f"STR{factor.upper()}"[:8]: level for factor, level in row.strata},
                "SESSPLN": row.sessions_planned,
                "SESSDUE": row.sessions_due,
                "SESSATT": row.sessions_attended,
                "DOSEMIN": row.dose_minutes,
            }
            for row in rows
        ]
    )


def adqs_frame(study_id: str, datasets: Datasets) -> "pd.DataFrame":
    """Return the variables measured at visits in the ADaM basic data structure."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    arms = {row.participant_id: row.arm for row in datasets.participants}
    labels = {parameter.code: parameter.label for parameter in datasets.parameters}
    return pd.DataFrame(
        [
            {
                "STUDYID": study_id,
                "USUBJID": row.participant_id,
                "TRT01P": arms[row.participant_id],
                "PARAMCD": row.parameter,
                "PARAM": labels[row.parameter],
                "AVISIT": row.visit,
                "AVISITN": row.visit_number,
                "AVAL": row.value,
                "BASE": row.baseline,
                "CHG": row.change,
                "ABLFL": "Y" if row.visit_number == 0 and row.value is not None else "",
                "DTYPE": "PRORATED" if row.prorated else "",
                "NMISSIT": row.n_missing_items,
                "NEDIT": row.edits,
                "CORRPCT": None if row.corrected_share is None else 100.0 * row.corrected_share,
                "REASND": row.reason,
            }
            for row in datasets.observations
        ]
    )


def advas_frame(study_id: str, datasets: Datasets) -> "pd.DataFrame":
    """Return state anxiety around each rated session: BASE before it, AVAL after it."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    arms = {row.participant_id: row.arm for row in datasets.participants}
    return pd.DataFrame(
        [
            {
                "STUDYID": study_id,
                "USUBJID": row.participant_id,
                "TRT01P": arms[row.participant_id],
                "PARAMCD": "VAS",
                "AVISIT": f"session-{row.number}",
                "AVISITN": row.number,
                "BASE": row.before,
                "AVAL": row.after,
                "CHG": row.change,
            }
            for row in datasets.ratings
        ]
    )


def adae_frame(study_id: str, datasets: Datasets, events: Iterable[ListedEvent]) -> "pd.DataFrame":
    """Return ADAE: one row an adverse event, of everyone; TRTEMFL flags those that are counted."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    arms = {row.participant_id: row.arm for row in datasets.participants}
    return pd.DataFrame(
        [
            {
                "STUDYID": study_id,
                "USUBJID": listed.event.participant_id,
                "TRT01P": arms.get(listed.event.participant_id, ""),
                "AETERM": listed.event.term,
                "AECAT": listed.event.domain,
                "AETOXGR": listed.event.grade,
                "AESER": _yes_no(listed.event.serious),
                "AEREL": listed.event.causality.value,
                "AEOUT": listed.event.outcome,
                "AESTDT": listed.started_on.isoformat(),
                "TRTEMFL": _yes_no(not listed.outside),
                "AEOUTRSN": listed.outside,
            }
            for listed in events
        ],
        columns=_ADAE_COLUMNS,
    )


_ADAE_COLUMNS = [
    "STUDYID",
    "USUBJID",
    "TRT01P",
    "AETERM",
    "AECAT",
    "AETOXGR",
    "AESER",
    "AEREL",
    "AEOUT",
    "AESTDT",
    "TRTEMFL",
    "AEOUTRSN",
]


def _yes_no(holds: object) -> str:
    return "Y" if holds else "N"
