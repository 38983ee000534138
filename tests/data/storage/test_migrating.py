"""Migrations lead to the very tables that tables.py describes."""

from sqlite3 import connect

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from data.storage.kinds import KINDS
from data.storage.migrating import migrations
from data.storage.store import Store
from data.storage.tables import METADATA, TABLES_VERSION
from data.storage.triggers import expected_triggers, trigger_differences


def test_the_migrations_make_the_tables_that_are_described(store: Store) -> None:
    with store.connection() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)

    assert differences == []


def test_the_newest_migration_is_the_version_of_the_tables() -> None:
    assert migrations().get_current_head() == TABLES_VERSION


def test_every_table_of_records_refuses_deletion(store: Store) -> None:
    with connect(store.path) as connection:
        names = {
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        }
    connection.close()

    assert names == set(expected_triggers())
    assert {f"{one.table.name}_no_delete" for one in KINDS.values()} <= names
    with store.connection() as opened:
        assert trigger_differences(opened) == ()
