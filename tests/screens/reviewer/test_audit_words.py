"""The audit's codes in words: every act of the program has its words."""

import re
from datetime import UTC, datetime
from pathlib import Path

from screens.reviewer.audit_words import ACTIONS, change_in_words, subject_in_words
from trials.audit_trail import AuditRow, FieldChange

NAMED = re.compile(r'writing\(\s*[\w.]+,\s*[\w.]+,\s*"(\w+)"')


def row(*changes: FieldChange, record_id: str = "LEI-001", is_new: bool = False) -> AuditRow:
    """Return an entry about a participant."""
    return AuditRow(
        number=None,
        at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        user_id="cora",
        role="coordinator",
        action="record_consent",
        reason="",
        table="item_answer",
        record_id=record_id,
        is_new=is_new,
        changes=changes,
    )


def change(field: str, before: str, after: str) -> FieldChange:
    return FieldChange(field=field, before=before, after=after)


def test_every_use_case_of_the_trial_has_words(checkout: Path) -> None:
    named = {
        action
        for file in (checkout / "trials").rglob("*.py")
        for action in NAMED.findall(file.read_text("utf-8"))
    }

    assert len(named) > 20
    assert named - ACTIONS.keys() == set()


def test_changed_field_shows_both_values() -> None:
    assert change_in_words(row(change("state", "eligible", "randomized"))) == (
        "state: eligible → randomized"
    )


def test_new_record_leaves_out_what_is_not_there() -> None:
    new = row(change("value", "", "3"), change("comment", "", "nothing"), is_new=True)

    assert change_in_words(new) == "value: 3"


def test_new_record_does_not_repeat_who_and_when() -> None:
    new = row(
        change("value", "", "3"),
        change("answered_at", "", "2026-03-02T09:00:12.5Z"),
        change("entered_by", "", "cora"),
        is_new=True,
    )

    assert change_in_words(new) == "value: 3"


def test_many_fields_are_counted() -> None:
    many = [change(f"field_{n}", "", "x") for n in range(9)]

    assert change_in_words(row(*many, is_new=True)).endswith("; and 3 more")


def test_hash_as_an_id_is_shortened() -> None:
    assert subject_in_words(row(record_id="a1" * 32)) == "item answer a1a1a1a1..."


def test_hash_in_a_note_is_shortened_so_that_the_table_need_not_scroll() -> None:
    note = change("note", "", f"trial.db, 12 entries, SHA-256 {'a1' * 32}, verified")

    assert change_in_words(row(note)) == "trial.db, 12 entries, SHA-256 a1a1a1a1..., verified"
