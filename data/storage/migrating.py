"""Bring a store's tables to the form this version of Antiphon knows: Alembic, run from here.

A migration is one file of `migrations/`; it never imports `tables.py`, because that one moves on.
Triggers are made again after every migration, because rebuilding a table drops them.
"""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from data.storage.tables import METADATA
from data.storage.triggers import install_triggers

_FOLDER = Path(__file__).parent / "migrations"


def migrations() -> ScriptDirectory:
    """Return every migration there is."""
    return ScriptDirectory(str(_FOLDER), version_locations=[str(_FOLDER)])


def migrate(connection: Connection) -> None:
    """Run every migration that is missing, then make the triggers again."""
    scripts = migrations()

    def steps(revision: object, _context: MigrationContext) -> list[RevisionStep]:
        return list(scripts._upgrade_revs("head", revision))  # type: ignore[arg-type]  # noqa: SLF001 - as alembic.command does

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev="head") as environment:
        environment.configure(connection=connection, target_metadata=METADATA)
        environment.run_migrations()
    install_triggers(connection)
