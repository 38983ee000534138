"""Bring a store's tables to the form this version of Antiphon knows: Alembic, run from here.

A migration is one file of `migrations/`; it never imports `tables.py`, because that one moves on.
Triggers are made again after every migration, because rebuilding a table drops them.
"""

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from data.storage.tables import METADATA
from data.storage.triggers import install_triggers

_FOLDER = Path(__file__).parent / "migrations"


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_FOLDER), version_locations=[str(_FOLDER)])


def newest_version() -> str:
    """Return the version of the tables that this Antiphon knows."""
    return str(_scripts().get_current_head())


def version_of(connection: Connection) -> str | None:
    """Return the version of a store's tables; None before the first migration."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(version: str) -> bool:
    """Say whether this Antiphon knows a version of the tables."""
    return version in {script.revision for script in _scripts().walk_revisions()}


def migrate(connection: Connection) -> None:
    """Run every migration that is missing, then make the triggers again."""
    scripts = _scripts()

    def steps(revision: object, _context: MigrationContext) -> list[RevisionStep]:
        return list(scripts._upgrade_revs("head", revision))  # type: ignore[arg-type]  # noqa: SLF001 - alembic's own commands do this

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev="head") as environment:
        environment.configure(connection=connection, target_metadata=METADATA)
        environment.run_migrations()
    install_triggers(connection)
