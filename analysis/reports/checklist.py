"""Where the report answers each item of CONSORT 2025: item -> status and place. It never says "compliant".

Statuses: evidenced (the data or the protocol answer the item), partial (something is still missing, and what), missing, and "author
must write" for what no program can. Items that only records can answer are missing while nobody is randomized. The items are ours, in our own words: ``protocols/standards/consort2025.yaml``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import yaml

import protocols
from analysis.attendance import Absence
from analysis.participant_flow import ABSENCE_WORDS, NO_REASON
from analysis.plan import AnalysisReport
from analysis.reports.formatting import words
from analysis.reports.table import Row, Table, words_cell
from analysis.results import Result

_UNEXPLAINED = frozenset(
    {
        ABSENCE_WORDS[Absence.MISSED],
        ABSENCE_WORDS[Absence.NOT_YET_DUE],
        ABSENCE_WORDS[Absence.NOT_ANSWERED],
    }
)
_STANDARD = Path(protocols.__file__).parent / "standards" / "consort2025.yaml"
_PLACEHOLDERS = (
    "to be named",
    "to be registered",
    "to be approved",
    "not registered",
    "to be entered",
)


class ItemStatus(StrEnum):
    """How far an item is answered."""

    EVIDENCED = "evidenced"
    PARTIAL = "partial"
    MISSING = "missing"
    AUTHOR_MUST_WRITE = "author must write"


@dataclass(frozen=True, kw_only=True, slots=True)
class StandardItem:
    """One item of a reporting standard, in our own words."""

    id: str
    topic: str
    paraphrase: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemEvidence:
    """What the report has to say to one item."""

    item: StandardItem
    status: ItemStatus
    place: str
    comment: str


@lru_cache(maxsize=1)
def consort_items() -> tuple[StandardItem, ...]:
    """Return the items of CONSORT 2025."""
    document = yaml.safe_load(_STANDARD.read_text("utf-8"))
    return tuple(
        StandardItem(id=str(i["id"]), topic=i["topic"], paraphrase=i["paraphrase"])
        for i in document["items"]
    )


def consort_map(report: AnalysisReport) -> tuple[ItemEvidence, ...]:
    """Return the evidence for every item of CONSORT 2025."""
    return tuple(_evidence(report, item) for item in consort_items())


def _evidence(report: AnalysisReport, item: StandardItem) -> ItemEvidence:
    rule = _RULES[item.id]
    status, comment = rule.judge(report)
    return ItemEvidence(item=item, status=status, place=rule.place, comment=comment)


_Judgement = tuple[ItemStatus, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rule:
    place: str
    judge: Callable[[AnalysisReport], _Judgement]


def _protocol_text(place: str, text: Callable[[AnalysisReport], str]) -> _Rule:
    def judge(report: AnalysisReport) -> _Judgement:
        found = text(report).strip()
        if not found:
            return ItemStatus.MISSING, "The protocol says nothing about it."
        if any(placeholder in found.lower() for placeholder in _PLACEHOLDERS):
            return ItemStatus.PARTIAL, "The protocol holds a placeholder that must be replaced."
        return ItemStatus.EVIDENCED, ""

    return _Rule(place=place, judge=judge)


def _always(place: str, status: ItemStatus, comment: str = "") -> _Rule:
    return _Rule(place=place, judge=lambda _: (status, comment))


def _when(place: str, holds: Callable[[AnalysisReport], bool], otherwise: str) -> _Rule:
    def judge(report: AnalysisReport) -> _Judgement:
        return (ItemStatus.EVIDENCED, "") if holds(report) else (ItemStatus.PARTIAL, otherwise)

    return _Rule(place=place, judge=judge)


def _of_data(
    place: str, holds: Callable[[AnalysisReport], bool], otherwise: str, comment: str = ""
) -> _Rule:
    """Judge an item that records answer: missing while nobody is randomized."""

    def judge(report: AnalysisReport) -> _Judgement:
        if not report.datasets.participants:
            return ItemStatus.MISSING, "Nobody was randomized yet."
        return (ItemStatus.EVIDENCED, comment) if holds(report) else (ItemStatus.PARTIAL, otherwise)

    return _Rule(place=place, judge=judge)


def _of_final_data(place: str, holds: Callable[[AnalysisReport], bool], otherwise: str) -> _Rule:
    """Judge an item that is answered only when no number can change any more."""
    data = _of_data(place, holds, otherwise)

    def judge(report: AnalysisReport) -> _Judgement:
        status, comment = data.judge(report)
        if status is ItemStatus.EVIDENCED and report.locked_at is None:
            return ItemStatus.PARTIAL, "The database is not locked: numbers may change."
        return status, comment

    return _Rule(place=place, judge=judge)


def _never_whole(place: str, otherwise: str) -> _Rule:
    return _of_data(place, lambda _: False, otherwise)


def _losses_are_explained(report: AnalysisReport) -> bool:
    reasons = [
        line.label
        for box in report.flow.boxes
        if box.arm is not None and box.side is not None
        for line in box.side.lines
    ]
    return not report.imbalances and not any(_is_unexplained(reason) for reason in reasons)


def _is_unexplained(reason: str) -> bool:
    return reason in _UNEXPLAINED or reason.endswith(NO_REASON)


def _is_binary(result: Result) -> bool:
    return any(arm.n_events is not None for arm in result.arms)


def _items_are_explained(report: AnalysisReport) -> bool:
    return all(analysis.missing_data for analysis in report.protocol.analysis.analyses)


def _author(place: str, comment: str) -> _Rule:
    return _Rule(place=place, judge=lambda _: (ItemStatus.AUTHOR_MUST_WRITE, comment))


_PROTOCOL = "Protocol"
_PARTIAL = ItemStatus.PARTIAL
_EVIDENCED = ItemStatus.EVIDENCED
_RULES: Mapping[str, _Rule] = {
    "1a": _when(
        "Title",
        lambda r: "randomi" in r.protocol.title.lower(),
        "The title does not say randomized.",
    ),
    "1b": _never_whole("Synopsis", "Numbers are there; authors add the conclusion."),
    "2": _protocol_text(_PROTOCOL, lambda r: r.protocol.administration.registry),
    "3": _always(
        "Provenance", _PARTIAL, "Version and hash are printed; authors add where to read it."
    ),
    "4": _protocol_text(_PROTOCOL, lambda r: r.protocol.administration.data_sharing),
    "5a": _protocol_text(_PROTOCOL, lambda r: r.protocol.administration.funding),
    "5b": _protocol_text(_PROTOCOL, lambda r: r.protocol.administration.conflicts_of_interest),
    "6": _author("Introduction", "The protocol’s background is a start."),
    "7": _when(
        "Synopsis", lambda r: bool(r.protocol.objectives), "The protocol names no objective."
    ),
    "8": _author("Methods", "The protocol says what was planned; authors say what was done."),
    "9": _protocol_text("Synopsis", lambda r: r.protocol.design),
    "10": _always(
        "Provenance",
        _PARTIAL,
        "Exploratory results are marked; authors list amendments with reasons.",
    ),
    "11": _protocol_text("Synopsis", lambda r: r.protocol.setting),
    "12a": _when(_PROTOCOL, lambda r: bool(r.protocol.criteria), "The protocol has no criteria."),
    "12b": _always(
        _PROTOCOL,
        _PARTIAL,
        "Who provides the intervention is described; criteria for sites are not.",
    ),
    "13": _when(
        _PROTOCOL,
        lambda r: all(arm.what and arm.procedures for arm in r.protocol.arms),
        "An arm is not described.",
    ),
    "14": _when(
        "Primary and secondary outcomes",
        lambda r: all(o.summary for o in r.protocol.outcomes),
        "An outcome lacks its summary.",
    ),
    "15": _protocol_text(_PROTOCOL, lambda r: r.protocol.harms),
    "16a": _protocol_text(_PROTOCOL, lambda r: r.protocol.sample_size.reasons),
    "16b": _protocol_text(_PROTOCOL, lambda r: r.protocol.analysis.interim_looks),
    "17a": _protocol_text(_PROTOCOL, lambda r: r.protocol.randomization.implementation),
    "17b": _when(
        _PROTOCOL, lambda r: not r.masked, "Block sizes stay confidential until unblinding."
    ),
    "18": _protocol_text(_PROTOCOL, lambda r: r.protocol.randomization.concealment),
    "19": _protocol_text(_PROTOCOL, lambda r: r.protocol.randomization.implementation),
    "20a": _protocol_text(_PROTOCOL, lambda r: r.protocol.blinding),
    "20b": _always(
        _PROTOCOL,
        _PARTIAL,
        "The matching is specified; the matching really reached is not in this report.",
    ),
    "21a": _of_data(
        "Every result",
        lambda r: all(x.model or x.reason for x in r.results),
        "A result names neither its model nor why there is none.",
    ),
    "21b": _of_data(
        "Analysis sets",
        lambda r: all(m.members for m in r.memberships),
        "An analysis set has no member yet.",
    ),
    "21c": _of_data(
        "Missing data",
        _items_are_explained,
        "An analysis does not say what happens to missing data.",
    ),
    "21d": _of_data(
        "Every result",
        lambda r: any(not x.planned for x in r.results),
        "No additional analysis was made.",
        "Each result is marked planned or exploratory by the protocol in force; authors say why others were added.",
    ),
    "22a": _of_final_data(
        "Participant flow", lambda r: not r.imbalances, "The counts of the flow do not add up."
    ),
    "22b": _of_final_data(
        "Participant flow",
        _losses_are_explained,
        "Losses are counted by arm, but some visits are still to come, or a loss has no reason beyond a missed visit.",
    ),
    "23a": _of_final_data(
        "Synopsis",
        lambda r: r.dates.last_visit is not None,
        "No visit after randomization was held.",
    ),
    "23b": _never_whole(
        "Synopsis", "The date of the lock is printed; authors say why the trial ended."
    ),
    "24a": _never_whole(
        "Delivery, adherence and fidelity",
        "Sessions, minutes, early stops and signal are counted from the player’s reports; who delivered the sessions and "
        "whether the procedures were followed is not on record.",
    ),
    "24b": _never_whole(
        "Intercurrent events",
        "Other treatments are counted where a deviation was entered; other care is not recorded.",
    ),
    "25": _of_data("Baseline", lambda r: bool(r.baseline.rows), "There is no baseline variable."),
    "26": _of_final_data(
        "Primary and secondary outcomes",
        lambda r: not any(x.reason or _is_binary(x) for x in r.results),
        "Differences have intervals; of binary outcomes no relative measure is given, and what is not estimable says why.",
    ),
    "27": _of_final_data(
        "Harms", lambda r: not r.imbalances, "The counts of the flow do not add up."
    ),
    "28": _of_data(
        "Every result",
        lambda r: any(not x.planned for x in r.results),
        "No additional analysis was made.",
        "Each result is marked planned or exploratory by the protocol in force.",
    ),
    "29": _author("Discussion", "This report does not interpret."),
    "30": _author("Discussion", "Missing data, deviations and multiplicity are listed as a start."),
}


def checklist_table(report: AnalysisReport) -> Table:
    """Return the item map as a table."""
    return Table(
        id="consort",
        title="CONSORT 2025: where each item is answered",
        population="Items in our own words; the statement itself: BMJ 2025;388:e081123. Protocol: the document with the hash in section Provenance",
        stub_heading="Item",
        columns=("What it asks for", "Status", "Where", "Remark"),
        rows=tuple(
            Row(
                stub=evidence.item.id,
                cells=(
                    words_cell(f"{evidence.item.topic}: {evidence.item.paraphrase}"),
                    words_cell(words(evidence.status.value)),
                    words_cell(evidence.place),
                    words_cell(evidence.comment),
                ),
            )
            for evidence in consort_map(report)
        ),
    )
