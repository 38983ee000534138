"""The audit trail as people read it: filters, closed values, and nothing that tells arms apart."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

import trials.audit_trail
from data.records.sessions import SessionState
from data.storage.audit import AuditPage, audit_entries
from data.storage.errors import NotPermittedError
from data.storage.kinds import BY_TABLE
from tests.trials.world import World, run_session
from trials.audit_trail import (
    OF_PASSES,
    ROWS_A_PAGE,
    SEALED,
    AuditFilter,
    AuditTrail,
    audit_trail,
    export_audit_trail,
)
from trials.blinding import confirm_unblinding, request_unblinding
from trials.locking import lock_database


def trail(world: World, page: int = 1, **wanted: Any) -> AuditTrail:  # noqa: ANN401 - any filter
    """Return a page of the trail as the reviewer sees it."""
    return audit_trail(world.store, world.reviewer, AuditFilter(**wanted), page)


def values(world: World) -> dict[tuple[str, str], str]:
    """Return a value of every column that the reviewer sees change, by table and column."""
    return {
        (row.table, change.field): change.after
        for page in range(1, trail(world).pages + 1)
        for row in trail(world, page=page).rows
        for change in row.changes
    }


def test_newest_entry_comes_first(world: World) -> None:
    world.screened()
    world.clock.advance(minutes=1)
    world.screened()

    times = [row.at for row in trail(world).rows]

    assert times == sorted(times, reverse=True)


def test_a_page_holds_fifty_entries_and_the_last_one_the_rest(world: World) -> None:
    whole = trail(world)

    last = trail(world, page=whole.pages)

    assert len(whole.rows) == ROWS_A_PAGE
    assert len(last.rows) == whole.total - ROWS_A_PAGE * (whole.pages - 1)


def test_participant_filter_finds_their_records_and_nobody_elses(world: World) -> None:
    one, other = world.randomized("LEI"), world.randomized("LEI")

    found = trail(world, participant_id=one)

    assert found.total > 20
    assert not any(row.record_id.startswith(other) for row in found.rows)
    assert {"item_answer", "consent"} <= {
        row.table
        for page in range(1, found.pages + 1)
        for row in trail(world, page=page, participant_id=one).rows
    }


def test_participant_filter_takes_no_wildcards(world: World) -> None:
    world.consented()

    assert trail(world, participant_id="LEI-00%").total == 0


def test_period_includes_its_begin_and_excludes_its_end(world: World) -> None:
    world.clock.advance(days=1)
    begin = world.clock()
    who = world.screened()

    assert {row.record_id for row in trail(world, since=begin).rows} == {who}
    assert trail(world, since=begin, until=begin).total == 0
    assert trail(world, since=begin, until=begin + timedelta(seconds=1)).total > 0


def test_sealed_and_secret_values_never_show(world: World) -> None:
    who = world.randomized()

    shown = values(world)

    assert shown["allocation", "arm"] == SEALED
    assert shown["allocation_slot", "arm"] == SEALED
    assert shown["identity", "full_name"] == SEALED
    assert shown["participant", "site_id"] == who[:3]


def test_block_sizes_and_seeds_are_withheld_until_the_blind_is_lifted(world: World) -> None:
    run_session(world, world.randomized(), SessionState.COMPLETED)
    before = values(world)
    text = export_audit_trail(world.store, world.reviewer, AuditFilter())

    lift_the_blind(world)
    after = values(world)

    assert "block_sizes" not in text
    assert before["protocol_version", "document"] == before["listening_session", "seed"] == SEALED
    assert "block_sizes" in after["protocol_version", "document"]
    assert after["listening_session", "seed"] == "1"


def test_change_shows_what_was_before(world: World) -> None:
    world.consented()

    found = trail(world, action="record_consent")

    changed = next(row for row in found.rows if row.table == "participant")
    state = next(change for change in changed.changes if change.field == "state")
    assert (changed.is_new, state.before, state.after) == (False, "prescreened", "consented")


def lift_the_blind(world: World) -> None:
    """Lock, ask and confirm."""
    lock_database(world.store, world.statistician, "Complete.")
    request_unblinding(world.store, world.statistician, "Analyses are fixed.")
    confirm_unblinding(world.store, world.administrator)


def test_numbers_come_back_when_the_blind_is_lifted(world: World) -> None:
    world.screened()
    before = trail(world)

    lift_the_blind(world)
    after = trail(world)

    assert before.blind
    assert {row.number for row in before.rows} == {None}
    numbers = [row.number for row in after.rows]
    assert numbers == list(range(after.total, after.total - ROWS_A_PAGE, -1))


def test_tables_of_passes_exist() -> None:
    assert set(BY_TABLE) >= OF_PASSES


def test_export_holds_every_entry_and_leaves_one(world: World) -> None:
    world.randomized()
    total = trail(world).total

    rows = list(
        csv.DictReader(io.StringIO(export_audit_trail(world.store, world.reviewer, AuditFilter())))
    )

    assert len(rows) == total
    assert trail(world, action="export").total == 1
    assert "sealed" in {row["changes"][-6:] for row in rows}


def test_export_holds_each_entry_once_while_others_write(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_and_be_overtaken(*arguments: Any, **wanted: Any) -> AuditPage:  # noqa: ANN401 - any filter
        found = audit_entries(*arguments, **wanted)
        world.screened()
        return found

    whole = trail(world).total
    monkeypatch.setattr(trials.audit_trail, "_ROWS_AT_ONCE", 20)
    monkeypatch.setattr(trials.audit_trail, "audit_entries", read_and_be_overtaken)

    rows = list(
        csv.reader(io.StringIO(export_audit_trail(world.store, world.reviewer, AuditFilter())))
    )

    assert len(rows) == whole + 1
    assert len({tuple(row) for row in rows}) == len(rows)


def test_export_begins_no_cell_like_a_formula(world: World) -> None:
    lock_database(world.store, world.statistician, "=1+1")

    text = export_audit_trail(world.store, world.reviewer, AuditFilter(action="lock_database"))

    assert "'=1+1" in {row["reason"] for row in csv.DictReader(io.StringIO(text))}


def test_coordinators_do_not_read_the_audit(world: World) -> None:
    with pytest.raises(NotPermittedError):
        audit_trail(world.store, world.coordinator, AuditFilter())
