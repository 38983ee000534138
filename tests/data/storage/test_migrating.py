"""Migrations lead to the very tables that tables.py describes."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from sqlite3 import connect

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text

from data.records.beat_edits import BeatEdit, ImportedBeats
from data.records.calibrations import CalibrationEnd, HeadphoneCalibration
from data.records.capture_consents import CaptureConsent
from data.records.code_breaks import CodeBreak, CodeBreakReceipt
from data.records.harm_askings import HarmAsking
from data.records.looks import DecidedLook, InterimLook
from data.records.people import Role
from data.records.resting_signals import RestingSamples, RestingSignal
from data.records.sessions import ListeningSession
from data.records.trial import DatabaseLock, Site
from data.records.visits import RestingBeats, RestingMeasurement
from data.storage import migrating, opening
from data.storage.audit import audit_entries, verify
from data.storage.backup import verify_copy
from data.storage.errors import StoreUnusableError
from data.storage.kinds import KINDS
from data.storage.migrating import migrations
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from data.storage.store import Store, open_store, open_store_for_reading
from data.storage.tables import METADATA, TABLES_VERSION
from data.storage.triggers import expected_triggers, trigger_differences
from protocols.canonical import hash_of
from tests.data.storage.conftest import AUTHOR, run_sql
from tests.data.storage.examples import (
    BEAT_EDIT,
    CALIBRATION,
    CHEAP,
    EVERY_KIND,
    RESTING,
    RESTING_BEATS,
    SESSION,
    SITE,
    Clock,
)

RELEASED_SCHEMA = "4865886fc84a66989f5e19696400188c253afbf73eb9c97af54fbcf7509564ea"


def test_the_migrations_make_the_tables_that_are_described(store: Store) -> None:
    with store.connection() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)

    assert differences == []


def test_the_first_migration_makes_what_it_made_when_it_was_released() -> None:
    """A migration that was released never changes: stores out there were made by it."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            migrations().get_revision("0001").module.upgrade()
        found = connection.execute(text("SELECT type, name, coalesce(sql, '') FROM sqlite_master"))
        schema = sorted(tuple(row) for row in found)
    engine.dispose()

    assert hash_of(schema) == RELEASED_SCHEMA


def test_the_newest_migration_is_the_version_of_the_tables() -> None:
    assert migrations().get_current_head() == TABLES_VERSION


NEXT_MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade():
    op.create_table("later", sa.Column("id", sa.Text(), primary_key=True))
    with op.batch_alter_table("site") as table:
        table.alter_column("name", nullable=True)
"""


def test_an_older_store_is_copied_checked_and_brought_up_to_date(
    store: Store, url: str, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next migration rebuilds a table, which drops its triggers: they are made again."""
    with store.writing_within(AUTHOR) as writing:
        writing.add(SITE)
    store.close()
    copytree(migrating._FOLDER, tmp_path / "migrations")  # noqa: SLF001 - the next version's folder
    (tmp_path / "migrations" / "next.py").write_text(NEXT_MIGRATION)
    monkeypatch.setattr(migrating, "_FOLDER", tmp_path / "migrations")
    monkeypatch.setattr(opening, "TABLES_VERSION", "0011")

    with pytest.raises(StoreUnusableError, match="older version: start Antiphon once"):
        open_store_for_reading(url, clock)
    newer = open_store(url, clock, password_cost=CHEAP)

    reviewer = sign_in_process(newer, Role.REVIEWER, "rex")
    with newer.connection() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM later").scalar() == 0
    with newer.reading(reviewer, Permission.SEE_PROTOCOL) as reading:
        assert reading.find(Site) == (SITE,)
    (noted,) = audit_entries(newer, reviewer, action="migrate_store").entries
    assert noted.change == '{"note":"tables from version 0010 to 0011"}'
    assert verify(newer).problems == ()
    newer.close()
    assert verify_copy(tmp_path / "trial.db.before-0010", newer.keys).ok


AS_AT_FIRST = (
    *(
        f"DROP TRIGGER IF EXISTS {table}_{rule}"
        for table in (
            "headphone_calibration",
            "calibration_end",
            "resting_beats",
            "resting_signal",
            "resting_samples",
            "capture_consent",
            "harm_asking",
            "code_break",
            "code_break_receipt",
            "imported_beats",
            "beat_edit",
            "interim_look",
            "decided_look",
        )
        for rule in ("no_delete", "no_update", "locked_insert", "locked_update")
    ),
    "DROP TABLE code_break_receipt",
    "DROP TABLE code_break",
    "DROP TABLE harm_asking",
    "DROP TABLE calibration_end",
    "DROP TABLE headphone_calibration",
    "ALTER TABLE listening_session DROP COLUMN calibration_id",
    "ALTER TABLE listening_session DROP COLUMN gain_cap",
    "ALTER TABLE listening_session DROP COLUMN ear_level_dba",
    "ALTER TABLE listening_session DROP COLUMN sensor_id",
    "DROP TABLE resting_beats",
    "DROP TABLE resting_signal",
    "DROP TABLE resting_samples",
    "DROP TABLE capture_consent",
    "DROP TABLE imported_beats",
    "DROP TABLE beat_edit",
    "DROP TABLE decided_look",
    "DROP TABLE interim_look",
    "ALTER TABLE resting_measurement DROP COLUMN edits",
    "ALTER TABLE resting_measurement DROP COLUMN corrected_share",
    "ALTER TABLE resting_measurement DROP COLUMN ln_rmssd_mad",
    "ALTER TABLE resting_measurement DROP COLUMN heart_rate_mad_bpm",
    "ALTER TABLE site DROP COLUMN time_zone",
    "DROP INDEX ix_audit_entry_user_id",
    "UPDATE alembic_version SET version_num = '0001'",
)
"""Take away what later migrations add."""


def test_a_store_made_at_the_first_version_is_brought_up_to_date_and_verifies(
    store: Store, url: str, clock: Clock
) -> None:
    """Sessions of before were neither calibrated nor capped; their old images in the audit still fit."""
    later = {
        DatabaseLock,
        HeadphoneCalibration,
        CalibrationEnd,
        RestingBeats,
        RestingMeasurement,
        RestingSignal,
        RestingSamples,
        CaptureConsent,
        ImportedBeats,
        BeatEdit,
        HarmAsking,
        InterimLook,
        DecidedLook,
        CodeBreak,
        CodeBreakReceipt,
    }
    before_headphones = [one for one in EVERY_KIND if type(one) not in later]
    before_headphones.append(replace(RESTING, ln_rmssd_mad=None))
    with store.writing_within(AUTHOR) as writing:
        writing.add_all(before_headphones)
    run_sql(store, *AS_AT_FIRST)
    store.close()

    newer = open_store(url, clock, password_cost=CHEAP)

    assert verify(newer).problems == ()
    coordinator = sign_in_process(newer, Role.COORDINATOR, "bea", "LEI")
    with newer.writing(coordinator, Permission.RUN_SESSION, "end_session") as writing:
        session = writing.get(ListeningSession, SESSION.id)
        writing.replace(replace(session, stop_reason="later", ear_level_dba=66.0))
    with newer.writing(coordinator, Permission.CALIBRATE, "record_calibration") as writing:
        writing.add(CALIBRATION)
    with newer.writing(coordinator, Permission.ENTER_DATA, "record_resting") as writing:
        assert writing.get(RestingMeasurement, RESTING.id).ln_rmssd_mad is None
        writing.replace(RESTING)
        writing.add(RESTING_BEATS)
    with newer.writing(coordinator, Permission.EDIT_RECORDINGS, "edit_beats") as writing:
        writing.add(BEAT_EDIT)
        writing.replace(replace(RESTING, edits=1, corrected_share=0.01))
    assert (session.calibration_id, session.gain_cap, session.ear_level_dba) == ("", 1.0, None)
    assert session.sensor_id == ""
    assert verify(newer).problems == ()
    newer.close()


def test_every_table_of_records_refuses_deletion(store: Store) -> None:
    with closing(connect(store.path)) as connection, connection:
        names = {
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        }
    connection.close()

    assert names == set(expected_triggers())
    assert {f"{one.table.name}_no_delete" for one in KINDS.values()} <= names
    with store.connection() as opened:
        assert trigger_differences(opened) == ()
