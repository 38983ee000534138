"""What `verify` finds, and what it honestly cannot (ICH E6(R3) 4.2.2; 21 CFR 11.10(e))."""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection, IntegrityError, connect

import pytest

from data.records.participants import ParticipantState
from data.records.people import Actor, Role
from data.storage.audit import audit_entries, verify
from data.storage.chain import entry_hash, head_message
from data.storage.encryption import Keys
from data.storage.errors import NotPermittedError
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from data.storage.store import Store
from tests.data.storage.conftest import AUTHOR, run_sql
from tests.data.storage.examples import (
    IDENTITY,
    NOON,
    PLANNED_SESSION,
    SESSION,
    Clock,
    answer,
    loop_step,
    participant,
)
from tests.trials.statements import statements

pytestmark = pytest.mark.requirement("21 CFR 11.10(e)")


@pytest.fixture
def kept(running: Store, coordinator: Actor) -> Store:
    """Return a store with answers, a change and a sealed step in its audit."""
    with running.writing(coordinator, Permission.RUN_SESSION, "test") as writing:
        writing.add_all((answer("gad7_1"), answer("gad7_2"), answer("gad7_3")))
        writing.add_all((PLANNED_SESSION, SESSION, loop_step()))
    with running.writing(coordinator, Permission.ENROL, "test") as writing:
        writing.add(IDENTITY)
        writing.replace(replace(participant(), state=ParticipantState.CONSENTED))
    return running


def around_the_rules(store: Store, tamper: Callable[[Connection], object]) -> None:
    """Tamper with a store after dropping every trigger, then put the triggers back."""
    with closing(connect(store.path)) as connection, connection:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        tamper(connection)
        for _name, sql in triggers:
            connection.execute(sql)
    connection.close()


def edit_a_reason(connection: Connection) -> None:
    connection.execute("UPDATE audit_entry SET reason = 'other' WHERE sequence = 5")


def edit_and_hash_again(connection: Connection) -> None:
    connection.execute("UPDATE audit_entry SET user_id = 'somebody' WHERE sequence = 5")
    connection.execute(
        "UPDATE audit_entry SET hash = ? WHERE sequence = 5", (hash_of_entry(connection, 5),)
    )


def remove_an_entry(connection: Connection) -> None:
    connection.execute("DELETE FROM audit_entry WHERE sequence = 6")


def swap_two_entries(connection: Connection) -> None:
    for old, new in ((6, -1), (7, 6), (-1, 7)):
        connection.execute("UPDATE audit_entry SET sequence = ? WHERE sequence = ?", (new, old))


def backdate(connection: Connection) -> None:
    connection.execute("UPDATE audit_entry SET at = '2020-01-01T00:00:00Z' WHERE sequence = 8")


def remove_the_newest_entries(connection: Connection) -> None:
    connection.execute(
        "DELETE FROM audit_entry WHERE sequence > (SELECT max(sequence) - 2 FROM audit_entry)"
    )


def remove_the_newest_entries_and_their_signatures(connection: Connection) -> None:
    """Take back the last act of the audit with its signature, but not the rows it left."""
    connection.execute(
        "DELETE FROM audit_head WHERE sequence = (SELECT max(sequence) FROM audit_head)"
    )
    connection.execute(
        "DELETE FROM audit_entry WHERE sequence > (SELECT max(sequence) FROM audit_head)"
    )


def make_the_chain_anew(connection: Connection) -> None:
    """Change an answer in the row and in the audit, and hash every later entry again."""
    connection.execute("UPDATE item_answer SET value = 0.0 WHERE item = 'gad7_1'")
    connection.execute(
        "UPDATE audit_entry SET change = replace(change, '\"value\":2.0', '\"value\":0.0') "
        "WHERE record_id = 'LEI-001/gad7_1'"
    )
    chain_again(connection)


def make_chain_and_signatures_anew(connection: Connection) -> None:
    """As above, and sign with a key of one's own."""
    make_the_chain_anew(connection)
    forger = Keys(b"\1" * 32)
    heads = connection.execute("SELECT sequence FROM audit_head").fetchall()
    for (sequence,) in heads:
        (newest,) = connection.execute(
            "SELECT hash FROM audit_entry WHERE sequence = ?", (sequence,)
        ).fetchone()
        signature = forger.sign(head_message(sequence, newest))
        connection.execute(
            "UPDATE audit_head SET hash = ?, signature = ? WHERE sequence = ?",
            (newest, signature, sequence),
        )


def add_an_entry(connection: Connection) -> None:
    """Append an entry that fits the chain, without a signature."""
    connection.execute(
        "INSERT INTO audit_entry SELECT sequence + 1, at, user_id, role, sign_in_id, action, reason, "
        "'', record_id, '{}', hash, '' FROM audit_entry ORDER BY sequence DESC LIMIT 1"
    )
    chain_again(connection)


def change_a_row(connection: Connection) -> None:
    connection.execute("UPDATE item_answer SET value = 0.0 WHERE item = 'gad7_1'")


def remove_a_row(connection: Connection) -> None:
    connection.execute("DELETE FROM item_answer WHERE item = 'gad7_2'")


def add_a_row(connection: Connection) -> None:
    connection.execute(
        "INSERT INTO item_answer SELECT 'new', participant_id, occasion, questionnaire, "
        "questionnaire_version, item, value, answered_at, recorded_by FROM item_answer LIMIT 1"
    )


def change_a_payload(connection: Connection) -> None:
    connection.execute("UPDATE loop_step SET payload = randomblob(500)")


def move_a_password_to_another_account(connection: Connection) -> None:
    connection.execute(
        "INSERT INTO user_account VALUES ('eve', 'Eve', 'administrator', NULL, '$argon2id$', 1, 'x', '', '')"
    )


def chain_again(connection: Connection) -> None:
    """Hash every entry again, each over the one before."""
    previous = ""
    for (sequence,) in connection.execute(
        "SELECT sequence FROM audit_entry ORDER BY sequence"
    ).fetchall():
        connection.execute(
            "UPDATE audit_entry SET previous_hash = ? WHERE sequence = ?", (previous, sequence)
        )
        previous = hash_of_entry(connection, sequence)
        connection.execute(
            "UPDATE audit_entry SET hash = ? WHERE sequence = ?", (previous, sequence)
        )


def hash_of_entry(connection: Connection, sequence: int) -> str:
    """Return the right hash of an entry as it stands."""
    cursor = connection.execute("SELECT * FROM audit_entry WHERE sequence = ?", (sequence,))
    names = [column[0] for column in cursor.description]
    return entry_hash(dict(zip(names, cursor.fetchone(), strict=True)))


TAMPERINGS = [
    pytest.param(edit_a_reason, "was edited", id="an entry edited"),
    pytest.param(edit_and_hash_again, "does not follow", id="an entry edited and hashed again"),
    pytest.param(remove_an_entry, "are missing", id="an entry removed"),
    pytest.param(swap_two_entries, "does not follow", id="two entries swapped"),
    pytest.param(backdate, "was edited", id="an entry backdated"),
    pytest.param(remove_the_newest_entries, "entries were taken away", id="the newest removed"),
    pytest.param(
        remove_the_newest_entries_and_their_signatures,
        "around the application",
        id="the newest removed with their signatures",
    ),
    pytest.param(make_the_chain_anew, "does not fit", id="the chain made anew"),
    pytest.param(make_chain_and_signatures_anew, "does not fit", id="chain and signatures anew"),
    pytest.param(add_an_entry, "end of the audit is not signed", id="an entry appended"),
    pytest.param(change_a_row, "was changed around", id="a row changed"),
    pytest.param(remove_a_row, "was removed around", id="a row removed"),
    pytest.param(add_a_row, "was added around", id="a row added"),
    pytest.param(change_a_payload, "was changed around", id="a payload changed"),
    pytest.param(move_a_password_to_another_account, "was added around", id="an account added"),
]


def test_a_store_nobody_tampered_with_has_no_problems(kept: Store) -> None:
    found = verify(kept)

    assert found.problems == ()
    assert found.ok
    assert found.entries > 10


@pytest.mark.parametrize(("tamper", "said"), TAMPERINGS)
def test_tampering_is_found_even_after_the_triggers_are_put_back(
    kept: Store, tamper: Callable[[Connection], object], said: str
) -> None:
    around_the_rules(kept, tamper)

    found = verify(kept)

    assert not found.ok
    assert any(said in problem for problem in found.problems), found.problems


@pytest.mark.parametrize(("tamper", "said"), TAMPERINGS)
def test_no_problem_tells_how_many_entries_there_are(
    kept: Store, tamper: Callable[[Connection], object], said: str
) -> None:
    around_the_rules(kept, tamper)
    numbers = {str(number) for number in range(5, verify(kept).entries + 1)}

    told = [problem for problem in verify(kept).problems if said in problem]

    assert [problem for problem in told if numbers & set(problem.rstrip(".").split())] == []


def test_a_whole_old_copy_in_place_is_found_only_by_a_head_noted_elsewhere(
    kept: Store, coordinator: Actor, tmp_path: Path
) -> None:
    """The honest limit: entries and rows taken back together leave an audit that is whole."""
    with (
        closing(connect(kept.path)) as old,
        closing(connect(tmp_path / "old.db")) as target,
        old,
        target,
    ):
        old.backup(target)
    with kept.writing(coordinator, Permission.ANSWER, "test") as writing:
        writing.add(answer("gad7_4"))
    noted = verify(kept).head_hash
    with (
        closing(connect(tmp_path / "old.db")) as old,
        closing(connect(kept.path)) as target,
        old,
        target,
    ):
        old.backup(target)

    alone, beside_the_note = verify(kept), verify(kept, noted)

    assert alone.ok
    assert beside_the_note.problems == (
        (
            f"The head {noted[:12]} that was noted elsewhere is not part of the audit: its newest "
            "entries were taken away, or it was made anew."
        ),
    )


def test_a_noted_head_that_is_still_in_the_chain_is_no_problem(
    kept: Store, coordinator: Actor
) -> None:
    noted = verify(kept).head_hash
    with kept.writing(coordinator, Permission.ANSWER, "test") as writing:
        writing.add(answer("gad7_4"))

    assert verify(kept, noted).ok
    assert not verify(kept, "0" * 64).ok


def test_a_trigger_that_is_dropped_or_foreign_is_found(kept: Store) -> None:
    run_sql(
        kept,
        "DROP TRIGGER item_answer_no_update",
        "CREATE TRIGGER foreign_one AFTER INSERT ON site BEGIN SELECT 1; END",
    )

    assert verify(kept).problems == (
        "Trigger foreign_one is missing, altered or foreign.",
        "Trigger item_answer_no_update is missing, altered or foreign.",
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = ''",
        "DELETE FROM audit_entry",
        "UPDATE audit_head SET signature = ''",
        "DELETE FROM audit_head",
        "DELETE FROM participant",
        "DELETE FROM item_answer",
        "UPDATE item_answer SET value = 0",
        "DELETE FROM user_account",
    ],
)
def test_the_tables_themselves_refuse(kept: Store, statement: str) -> None:
    run_sql(
        kept,
        "INSERT INTO user_account VALUES ('u', 'U', 'reviewer', NULL, 'hash', 1, 'now', '', '')",
    )

    with pytest.raises(IntegrityError, match="antiphon: "):
        run_sql(kept, statement)


def test_many_problems_are_counted_not_listed(running: Store, coordinator: Actor) -> None:
    with running.writing(coordinator, Permission.ANSWER, "test") as writing:
        writing.add_all(answer(f"item_{number}") for number in range(80))
    around_the_rules(
        running, lambda connection: connection.execute("UPDATE item_answer SET value = 9")
    )

    problems = verify(running).problems

    assert len(problems) == 51
    assert problems[-1] == "There are 30 more problems."


def test_the_audit_is_read_newest_first_and_page_by_page(kept: Store) -> None:
    reviewer = sign_in_process(kept, Role.REVIEWER, "rex")

    first = audit_entries(kept, reviewer, per_page=4)
    last = audit_entries(kept, reviewer, per_page=4, page=first.pages)

    assert [one.sequence for one in first.entries] == list(range(first.total, first.total - 4, -1))
    assert last.entries[-1].action == "create_store"
    assert last.number == first.pages


def test_the_audit_is_filtered_by_what_is_given(kept: Store) -> None:
    reviewer = sign_in_process(kept, Role.REVIEWER, "rex")

    found = audit_entries(kept, reviewer, table="participant", record_id="LEI-001")

    assert [json.loads(one.change)["new"]["state"] for one in found.entries] == [
        "consented",
        "prescreened",
    ]
    assert audit_entries(kept, reviewer, user_id="nobody").entries == ()
    assert audit_entries(kept, reviewer, action="open_trial").total == 4


def test_the_audit_is_filtered_by_participant_period_and_table(
    running: Store, coordinator: Actor, clock: Clock
) -> None:
    """Times with and without a fraction of a second sort as times do, not as their digits."""
    for fraction_us in (0, 250_000, 500_000):
        clock.now = NOON.replace(minute=30, microsecond=fraction_us)
        with running.writing(coordinator, Permission.ANSWER, "save_answer") as writing:
            writing.add(answer(f"item_{fraction_us}", whose="LEI-002"))
    reviewer = sign_in_process(running, Role.REVIEWER, "rex")
    half_past = NOON.replace(minute=30, microsecond=0)

    since = audit_entries(running, reviewer, action="save_answer", since=half_past)
    within = audit_entries(
        running,
        reviewer,
        action="save_answer",
        since=half_past.replace(microsecond=250_000),
        until=half_past.replace(microsecond=500_000),
    )
    about = audit_entries(running, reviewer, participant_id="LEI-002")
    without = audit_entries(
        running, reviewer, participant_id="LEI-002", without_tables=("item_answer",)
    )

    assert since.total == 3
    assert [one.record_id for one in within.entries] == ["LEI-002/item_250000"]
    assert about.total == 4
    assert [one.table for one in without.entries] == ["participant"]


def test_entries_about_a_participant_are_found_by_every_way_a_record_is_theirs(
    running: Store,
) -> None:
    """By its own id, by one that begins with it, by one that stands beside it, and by who acted."""
    with running.writing_within(AUTHOR) as writing:
        writing.add(replace(answer("gad7_7", whose="LEI-002"), id="7c1d"))
    with running.writing_within(replace(AUTHOR, user_id="LEI-002")) as writing:
        writing.note("elsewhere", "an act of the participant")
    with running.writing_within(AUTHOR) as writing:
        writing.note("LEI-002/session-1", "an act about a session")
        writing.note("LEI-0020", "somebody else")
    reviewer = sign_in_process(running, Role.REVIEWER, "rex")

    about = audit_entries(running, reviewer, participant_id="LEI-002")

    found = [one.record_id for one in about.entries]
    assert found == ["LEI-002/session-1", "elsewhere", "7c1d", "LEI-002"]


def test_entries_about_a_participant_are_found_without_reading_all_the_others(
    running: Store,
) -> None:
    reviewer = sign_in_process(running, Role.REVIEWER, "rex")

    with statements() as sent:
        audit_entries(running, reviewer, participant_id="LEI-002")
    asked = [one for one in sent if "FROM audit_entry" in one]

    plans = []
    with closing(connect(running.path)) as connection:
        for query in asked:
            rows = connection.execute(f"EXPLAIN QUERY PLAN {query}", ["LEI-002"] * query.count("?"))
            plans += [row[-1] for row in rows]

    assert len(asked) >= 2
    assert [step for step in plans if step.startswith("SCAN")] == []


def test_the_audit_is_closed_to_those_who_may_not_see_it(kept: Store, coordinator: Actor) -> None:
    with pytest.raises(NotPermittedError):
        audit_entries(kept, coordinator)


def test_the_audit_tells_nobody_an_arm_an_identity_or_a_password_hash(full: Store) -> None:
    reviewer = sign_in_process(full, Role.REVIEWER, "rex")

    text = "".join(one.change for one in audit_entries(full, reviewer, per_page=1000).entries)

    secrets = [
        "matched_fixed",
        '"adaptive"',
        "van Rijn",
        "1991-05-04",
        "zoe@",
        "argon2id",
        "f" * 64,
    ]
    assert [secret for secret in secrets if secret in text] == []
