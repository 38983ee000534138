"""How long each visit's resting recording was: the beats of all visits to one row each.

Contents: `resting_spans`.
"""

from collections import defaultdict

from data.measures.recording_spans import measure_span
from data.records.recording_spans import RestingSpan
from data.records.signals import RRSeries
from data.records.visits import RestingBeats
from data.storage.store import Reading
from trials.schedule import visit_id


def resting_spans(reading: Reading) -> tuple[RestingSpan, ...]:
    """Return the latest recording of every visit, in order of id."""
    kept: defaultdict[str, list[RestingBeats]] = defaultdict(list)
    for one in reading.find(RestingBeats):
        kept[visit_id(one.participant_id, one.visit)].append(one)
    return tuple(_span_of(place, kept[place]) for place in sorted(kept))


def _span_of(place: str, recordings: list[RestingBeats]) -> RestingSpan:
    last = recordings[-1]
    span = measure_span(RRSeries(times_s=last.rr_times_s, rr_ms=last.rr_ms, kind=last.kind))
    return RestingSpan(
        id=place,
        participant_id=last.participant_id,
        visit=last.visit,
        recordings=len(recordings),
        recorded_s=span.recorded_s,
        beats=span.beats,
        gaps=span.gaps,
    )
