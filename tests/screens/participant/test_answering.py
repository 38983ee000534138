"""Answers are saved as they are given, for the participant who gives them and nobody else."""

import uuid

import pytest

from data.records.answers import ItemAnswer
from data.records.people import Role
from data.storage.roles import Permission
from data.storage.sign_in import sign_in_process
from screens.demonstration import PASSWORD
from tests.screens.conftest import Served


def answer(**changed: object) -> dict[str, object]:
    """Return an answer to the first item of the GAD-7 at baseline."""
    return {
        "answer_id": str(uuid.uuid4()),
        "occasion": "baseline",
        "questionnaire": "gad7",
        "item": "1",
        "value": 2,
    } | changed


def stored(served: Served, who: str) -> list[float | None]:
    """Return the answers on record, in order."""
    store = served.bench.store()
    actor = sign_in_process(store, Role.COORDINATOR, "test")
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        rows = reading.find(ItemAnswer, participant_id=who, occasion="baseline")
    return [row.value for row in rows]


def test_an_answer_posted_twice_is_stored_once(served: Served) -> None:
    who = served.house.next_at("gad7")
    cookie, sent = served.come_as(who), answer()

    statuses = [served.post("/api/answers", sent, cookie=cookie).status for _ in range(2)]

    assert statuses == [204, 204]
    assert stored(served, who) == [2.0]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(answer(value=9), 409, id="a value that the item does not take"),
        pytest.param(answer(item="99"), 409, id="an item that does not exist"),
        pytest.param(answer(occasion="week_12"), 409, id="an occasion that is not open"),
        pytest.param(answer(questionnaire="gad8"), 404, id="a questionnaire that does not exist"),
        pytest.param(answer(answer_id="1"), 400, id="no unique id"),
        pytest.param(answer(participant_id="LEI-002"), 400, id="somebody else's name"),
    ],
)
def test_what_cannot_be_an_answer_is_refused(
    served: Served, sent: dict[str, object], status: int
) -> None:
    who = next(iter(served.house.waiting["gad7"]))

    refused = served.post("/api/answers", sent, cookie=served.come_as(who))

    assert refused.status == status
    assert stored(served, who) == []


def test_staff_do_not_answer_through_the_participants_door(served: Served) -> None:
    cookie = served.sign_in("coordinator", PASSWORD)

    assert served.post("/api/answers", answer(), cookie=cookie).status == 401
    assert served.post("/api/answers", answer()).status == 401


def test_a_form_with_open_items_is_not_finished(served: Served) -> None:
    who = next(iter(served.house.waiting["gad7"]))
    form = {"occasion": "baseline", "questionnaire": "gad7"}

    refused = served.post("/api/forms/complete", form, cookie=served.come_as(who))

    assert refused.status == 409
    assert "items without an answer" in refused.text
