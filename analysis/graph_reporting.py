"""The GRAPH table: what a paper with heart rate variability reports of participants, recording, processing and variables.

Conventions: each item is filled from the protocol and the records of the resting recordings; every number has its n. What neither
of them holds says so: then the authors write it. The items are ours, in our own words: ``protocols/standards/graph2016.yaml``.

Contents: `GraphItem`, `GraphStanding`, `fill_graph`.

References
----------
Quintana, D. S., Alvares, G. A. & Heathers, J. A. J. (2016), Translational Psychiatry 6, e803.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import yaml

import protocols
from analysis.datasets import RESTING_PARAMETER
from analysis.estimators.descriptive import Summary, summarize
from analysis.signal_quality import AT_REST, HEART, SignalQuality
from analysis.study import Study
from data.records.visits import RestingMeasurement
from protocols.eligibility import CriterionKind
from protocols.outcomes import OutcomeSource

_STANDARD = Path(protocols.__file__).parent / "standards" / "graph2016.yaml"
_SOURCES = MappingProxyType(
    {
        "ecg": "R peaks of an ECG",
        "ppg": "peaks of a pulse wave",
        "rr": "intervals that a sensor sent",
        "simulated": "a simulated listener",
    }
)


class GraphStanding(StrEnum):
    """How far an item is filled in."""

    FILLED = "filled in"
    PARTLY = "partly: authors add the rest"
    UNKNOWN = "unknown here: authors must write"


@dataclass(frozen=True, kw_only=True, slots=True)
class GraphItem:
    """One item with its answer."""

    id: str
    section: str
    item: str
    answer: str
    standing: GraphStanding


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """What the answers are made of."""

    study: Study
    quality: SignalQuality
    resting: tuple[RestingMeasurement, ...]
    """Of the randomized."""


_Answer = tuple[str, GraphStanding]


def fill_graph(study: Study, quality: SignalQuality) -> tuple[GraphItem, ...]:
    """Fill in every item of GRAPH.

    Parameters
    ----------
    study : Study
        Protocol, records and what was derived from them.
    quality : SignalQuality
        Of the same records.

    Returns
    -------
    tuple of GraphItem
        Empty when the protocol has no outcome of heart rate variability.
    """
    if not any(o.source is OutcomeSource.RESTING_HRV for o in study.protocol.outcomes):
        return ()
    known = _Known(
        study=study,
        quality=quality,
        resting=tuple(r for r in study.records.resting if r.participant_id in study.arm_of),
    )
    return tuple(_filled(entry, known) for entry in _items())


@lru_cache(maxsize=1)
def _items() -> tuple[Mapping[str, str], ...]:
    return tuple(yaml.safe_load(_STANDARD.read_text("utf-8"))["items"])


def _filled(entry: Mapping[str, str], known: _Known) -> GraphItem:
    answer, standing = _ANSWERS[entry["id"]](known)
    return GraphItem(
        id=entry["id"],
        section=entry["section"],
        item=entry["item"],
        answer=answer,
        standing=standing,
    )


def _recruited(known: _Known) -> _Answer:
    protocol = known.study.protocol
    answer = f"{protocol.population} {protocol.setting} How people were found: not recorded by this program."
    return answer, GraphStanding.PARTLY


def _compared(known: _Known) -> _Answer:
    arms = len(known.study.protocol.arms)
    answer = (
        f"The same people: they were randomized to {arms} arms, and arms are compared. "
        "There are no healthy controls."
    )
    return answer, GraphStanding.FILLED


def _rules(known: _Known) -> _Answer:
    criteria = known.study.protocol.criteria
    into = [c.text for c in criteria if c.kind is CriterionKind.INCLUSION]
    out = [c.text for c in criteria if c.kind is CriterionKind.EXCLUSION]
    answer = f"Included who: {' '.join(into)} Excluded who: {' '.join(out) or 'nobody.'}"
    return answer, GraphStanding.FILLED


def _illness(known: _Known) -> _Answer:
    rows = [p for p in known.study.datasets.parameters if p.questionnaire is not None]
    parts = [f"{p.label}: {_baseline(known, p.code)}" for p in rows]
    answer = (
        f"Severity at baseline: {'; '.join(parts) or 'not measured'}. "
        "Duration of illness, other illnesses and medication: not recorded by this program."
    )
    return answer, GraphStanding.PARTLY


def _baseline(known: _Known, parameter: str) -> str:
    rows = known.study.datasets.observations
    first = {r.participant_id: r.baseline for r in rows if r.parameter == parameter}
    return _mean_sd(summarize([first.get(person) for person in known.study.arm_of]))


def _people(known: _Known) -> _Answer:
    rows = known.study.datasets.participants
    sexes = Counter(row.sex or "not given" for row in rows)
    said = ", ".join(f"{count} {sex}" for sex, count in sorted(sexes.items()))
    answer = (
        f"Age {_mean_sd(summarize([row.age_years for row in rows]))} years. Sex: {said or 'nobody randomized'} "
        f"(n = {len(rows)}). Physical activity and smoking: not recorded by this program."
    )
    return answer, GraphStanding.PARTLY


def _device(known: _Known) -> _Answer:
    sources = Counter(_SOURCES.get(r.source, r.source) for r in known.resting)
    said = ", ".join(f"{count} from {source}" for source, count in sources.most_common())
    answer = (
        f"Beats: {said or 'none recorded'} (n = {len(known.resting)} recordings). "
        "Maker, model and electrodes: not recorded by this program."
    )
    return answer, GraphStanding.PARTLY


def _recorded(known: _Known) -> _Answer:
    rest = [r for r in known.quality.recordings if (r.setting, r.signal) == (AT_REST, HEART)]
    minutes = summarize([one.recorded_minutes for one in rest])
    planned = known.study.protocol.sessions.resting_minutes
    answer = (
        f"Planned {planned:g} minutes, seated, without music. Recorded: {_median(minutes, 1, 'minutes')}. "
        f"Time of day: {_time_of_day(known)}. Sampling rate of the device, filters, breathing instructions: not "
        "recorded by this program with each measurement."
    )
    return answer, GraphStanding.PARTLY


def _time_of_day(known: _Known) -> str:
    zones = {site.id: ZoneInfo(site.time_zone) for site in known.study.records.site_time_zones}
    site_of = {p.id: p.site_id for p in known.study.records.participants}
    hours = [
        _local(r.measured_at, zones.get(site_of.get(r.participant_id, ""))) for r in known.resting
    ]
    spread = summarize(hours)
    if spread.minimum is None or spread.maximum is None:
        return "no recording"
    return f"{_clock(spread.minimum)} to {_clock(spread.maximum)} at the site (n = {spread.n})"


def _local(moment: datetime, zone: ZoneInfo | None) -> float:
    there = moment if zone is None else moment.astimezone(zone)
    return there.hour + there.minute / 60.0


def _clock(hours: float) -> str:
    minutes = round(60.0 * hours)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _derived(known: _Known) -> _Answer:
    recipes = _recipes(known)
    answer = (
        f"By recipe {recipes}: successive intervals between beats in milliseconds, differenced where two valid "
        "beats follow each other; nothing is resampled or interpolated."
    )
    return answer, GraphStanding.FILLED


def _artefacts(known: _Known) -> _Answer:
    answer = (
        f"By recipe {_recipes(known)}: an interval outside 300 to 2000 ms, or more than 20% away from the median of "
        "the 11 around it, is an artefact; a waveform must also pass the template, gap and rate rules."
    )
    return answer, GraphStanding.FILLED


def _lost(known: _Known) -> _Answer:
    reasons = Counter(r.reason.replace("_", " ") for r in known.resting if r.ln_rmssd is None)
    said = ", ".join(f"{reason} ({count})" for reason, count in reasons.most_common())
    lost = sum(reasons.values())
    missing = Counter(
        row.reason
        for row in known.study.datasets.observations
        if row.parameter == RESTING_PARAMETER and row.value is None and not row.was_taken
    )
    absent = ", ".join(f"{reason} ({count})" for reason, count in missing.most_common())
    answer = (
        f"Without a value: {lost} of {len(known.resting)} recordings{': ' + said if said else ''}. "
        f"Not recorded: {sum(missing.values())} planned recordings of the randomized{': ' + absent if absent else ''}."
    )
    return answer, GraphStanding.FILLED


def _cleaned(known: _Known) -> _Answer:
    rest = [r for r in known.quality.recordings if (r.setting, r.signal) == (AT_REST, HEART)]
    corrected = summarize([one.corrected_percent for one in rest])
    edited = sum(one.edits > 0 for one in rest)
    answer = (
        f"Artefacts are left out, not replaced. Beats corrected: {_median(corrected, 1, '%')}. "
        f"Edited by hand, blind to the arm, with reasons in the audit: {edited} of {len(rest)} recordings."
    )
    return answer, GraphStanding.FILLED


def _variables(known: _Known) -> _Answer:
    outcomes = [o for o in known.study.protocol.outcomes if o.source is OutcomeSource.RESTING_HRV]
    said = "; ".join(f"{o.label}, {o.unit}, {o.recipe}" for o in outcomes)
    version = known.study.provenance.code_version
    answer = f"{said}. RMSSD is transformed by the natural logarithm. Software: Antiphon {version}."
    return answer, GraphStanding.FILLED


def _bands(_: _Known) -> _Answer:
    answer = "No frequency band is an outcome of this protocol, and none is interpreted."
    return answer, GraphStanding.FILLED


_ANSWERS: Mapping[str, Callable[[_Known], _Answer]] = MappingProxyType(
    {
        "1a": _recruited,
        "1b": _compared,
        "1c": _rules,
        "1d": _illness,
        "1e": _people,
        "2a": _device,
        "2b": _recorded,
        "3a": _derived,
        "3b": _artefacts,
        "3c": _lost,
        "3d": _cleaned,
        "4a": _variables,
        "4b": _bands,
    }
)


def _recipes(known: _Known) -> str:
    return ", ".join(sorted({r.recipe for r in known.resting})) or "none used yet"


def _mean_sd(found: Summary) -> str:
    if found.mean is None:
        return f"no value (n = {found.n})"
    deviation = "" if found.standard_deviation is None else f", SD {found.standard_deviation:.1f}"
    return f"mean {found.mean:.1f}{deviation} (n = {found.n})"


def _median(found: Summary, decimals: int, unit: str) -> str:
    if found.median is None:
        return f"not in these records (n = {found.n})"
    low, high = found.minimum, found.maximum
    return (
        f"median {found.median:.{decimals}f} {unit}, {low:.{decimals}f} to {high:.{decimals}f} "
        f"(n = {found.n} recordings)"
    )
