"""The hash of the records tells data apart, not the moment they were read."""

from dataclasses import replace
from datetime import timedelta

from analysis.study import records_hash
from data.records.bundle import TrialRecords


def test_the_hash_does_not_depend_on_when_the_records_were_extracted(records: TrialRecords) -> None:
    later = replace(records, extracted_at=records.extracted_at + timedelta(days=3))

    assert records_hash(later) == records_hash(records)


def test_the_hash_changes_with_one_answer(records: TrialRecords) -> None:
    first, *others = records.answers
    changed = replace(records, answers=(replace(first, value=0.0 if first.value else 1.0), *others))

    assert records_hash(changed) != records_hash(records)
