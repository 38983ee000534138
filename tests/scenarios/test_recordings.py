"""The editor of heart beats: the coordinator mends, statistician and reviewer see, the lock ends it."""

from streamlit.testing.v1 import AppTest

from data.measures.beat_policy import LARGEST_DEVIATION
from data.measures.spectrum import STANDARD
from data.records.beat_edits import BeatAct, BeatEdit
from data.records.people import Role
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from screens.beats.acts import USUAL_REASONS
from screens.beats.kubios import RECIPE_ROWS
from tests.scenarios.conftest import Office, labelled, press, read
from trials.locking import lock_database
from trials.recordings import LOCKED, recorded_participants

WHY = USUAL_REASONS[2]
ACTS = {"Accept", "Reject", "Remove", "Move", "Add a beat", "Take back (a new entry)"}


def opened(office: Office, user_id: str = "cora") -> AppTest:
    office.sign_in(user_id)
    role = {"cora": "coordinator", "stan": "statistician", "rea": "reviewer"}[user_id]
    at = office.open(f"{role}/recordings")
    assert not at.exception
    return at


def choose(at: AppTest, beat: int) -> AppTest:
    field = next(one for one in at.number_input if one.label.startswith("Beat, 1 to"))
    field.set_value(beat).run()
    return at


def say_why(at: AppTest, why: str = WHY) -> AppTest:
    labelled(at, "text_input", "Or why, in your own words").set_value(why).run()
    return at


def edits_of(office: Office) -> list[BeatEdit]:
    reviewer = sign_in_process(office.store, Role.REVIEWER, "looking")
    with office.store.reading(reviewer, Permission.SEE_RECORDINGS) as reading:
        return list(reading.find(BeatEdit))


def table_of(at: AppTest, column: str) -> list[dict[str, str]]:
    (found,) = (table.value for table in at.table if column in table.value)
    return [
        {str(key): str(value) for key, value in row.items()} for row in found.to_dict("records")
    ]


def test_a_beat_is_rejected_with_its_reason_and_the_audit_has_it(office: Office) -> None:
    at = say_why(choose(opened(office), 100))
    before = {row["Measure"]: row["As edited"] for row in table_of(at, "As edited")}

    press(at, "Reject")

    assert "Edit 1 is on record: rejected beat 100." in read(at)
    (row,) = table_of(at, "In force")
    assert (row["What"], row["Why"], row["Who"]) == ("rejected beat 100", WHY, "cora")
    after = {
        row["Measure"]: (row["As edited"], row["As received"]) for row in table_of(at, "As edited")
    }
    assert after["RMSSD, ms"][0] != before["RMSSD, ms"] == after["RMSSD, ms"][1]
    office.sign_in("rea")
    trail = read(office.open("reviewer/audit"))
    assert "edited the beats of a recording" in trail
    assert WHY in trail


def test_an_edit_without_its_reason_changes_nothing(office: Office) -> None:
    at = choose(opened(office), 100)

    press(at, "Reject")

    assert "An edit needs its reason" in read(at)
    assert edits_of(office) == []


def test_each_act_is_a_new_entry_and_each_can_be_taken_back(office: Office) -> None:
    at = say_why(choose(opened(office), 20))
    press(at, "Accept")
    labelled(at, "number_input", "Move by, ms (earlier below 0)").set_value(-15.0).run()
    press(at, "Move")
    press(at, "Add a beat")
    press(at, "Remove")
    press(at, "Take back (a new entry)")

    acts = [one.act for one in edits_of(office)]
    assert acts == [BeatAct.ACCEPT, BeatAct.MOVE, BeatAct.ADD, BeatAct.REMOVE, BeatAct.REVERT]
    rows = table_of(at, "In force")
    assert [row["In force"] for row in rows] == ["yes", "taken back", "yes", "yes", "yes"]
    assert rows[1]["What"] == "removed the beat that edit 3 added"


def test_what_cannot_be_carried_out_is_told_in_a_sentence(office: Office) -> None:
    at = say_why(choose(opened(office), 20))
    labelled(at, "number_input", "Move by, ms (earlier below 0)").set_value(5000.0).run()

    press(at, "Move")

    assert "the beat would pass the one beside it" in read(at)
    assert edits_of(office) == []


def test_the_view_moves_and_zooms_and_follows_the_chosen_beat(office: Office) -> None:
    at = opened(office)
    labelled(at, "selectbox", "Length on view").set_value(60.0).run()
    assert "From 0:00 to 1:00" in read(at)

    assert "From 0:54 to 1:54" in read(press(at, "Later"))
    assert "From 1:09 to 1:39" in read(press(at, "Zoom in"))
    last = press(at, "Earlier")
    choose(last, 300)

    assert "Beat 300 of" in read(at)
    assert "From 4:" in read(at)


def test_figures_have_words_and_data_and_the_recipe_stands_beside_kubios(office: Office) -> None:
    words = read(opened(office))

    assert "Power density from 0 to 0.5 Hz" in words
    assert "pairs of neighbours that both count" in words
    assert "5 windows of 1 min" in words
    assert STANDARD.id in words
    assert f"{100 * LARGEST_DEVIATION:.0f} % from the median" in words
    for row in RECIPE_ROWS:
        assert row.kubios in words


def test_the_beats_on_view_are_a_table_too(office: Office) -> None:
    at = opened(office)

    labelled(at, "toggle", "Show the beats on view as a table").set_value(True).run()

    rows = table_of(at, "What becomes of it")
    assert len(rows) == 100
    assert rows[6]["Beat"] == rows[6]["Number as recorded"] == "7"


def test_statistician_and_reviewer_see_the_edits_and_cannot_make_any(office: Office) -> None:
    press(say_why(choose(opened(office), 100)), "Reject")
    cora = sign_in_process(office.store, Role.COORDINATOR, "cora", "LEI")
    edited = recorded_participants(office.store, cora)[0]

    for user_id in ("stan", "rea"):
        at = opened(office, user_id)
        if labelled(at, "selectbox", "Participant").value != edited:
            labelled(at, "selectbox", "Participant").set_value(edited).run()

        assert "rejected beat 100" in read(at)
        assert not ACTS & {button.label for button in at.button}


def test_after_the_lock_everything_is_seen_and_nothing_edited(office: Office) -> None:
    statistician = sign_in_process(office.store, Role.STATISTICIAN, "stan")
    lock_database(office.store, statistician, "Blind review is over")

    at = opened(office)

    assert LOCKED in read(at)
    assert not ACTS & {button.label for button in at.button}
