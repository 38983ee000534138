"""Voice and face are measured only of a participant whose latest answer on record is yes."""

import pytest

from data.measures.capture_permission import CaptureNotPermittedError
from data.records.capture_consents import CaptureKind
from tests.trials.world import World
from trials.capture import capture_consents, capture_permission, record_capture_consent
from trials.errors import ReasonMissingError

VOICE, FACE = CaptureKind.VOICE, CaptureKind.FACE


def say(world: World, who: str, kind: CaptureKind, *, agreed: bool, version: str = "1.0") -> None:
    record_capture_consent(
        world.store, world.coordinator, who, kind, agreed=agreed, notice_version=version
    )
    world.clock.advance(minutes=1)


def test_it_is_off_until_the_participant_agrees_and_off_again_after_a_no(world: World) -> None:
    who = world.consented()
    with pytest.raises(CaptureNotPermittedError, match="no consent on record"):
        capture_permission(world.store, world.coordinator, who, VOICE)

    say(world, who, VOICE, agreed=True)
    permission = capture_permission(world.store, world.coordinator, who, VOICE)
    with pytest.raises(CaptureNotPermittedError, match="measures of the face"):
        capture_permission(world.store, world.coordinator, who, FACE)

    say(world, who, VOICE, agreed=False)
    with pytest.raises(CaptureNotPermittedError, match="does not agree"):
        capture_permission(world.store, world.coordinator, who, VOICE)

    assert permission.consent.id == f"{who}/voice-1"
    said = capture_consents(world.store, world.coordinator, who)
    assert [(one.id, one.agreed, one.recorded_by) for one in said] == [
        (f"{who}/voice-1", True, world.coordinator.user_id),
        (f"{who}/voice-2", False, world.coordinator.user_id),
    ]


def test_an_answer_names_the_notice_that_was_shown(world: World) -> None:
    who = world.consented()

    with pytest.raises(ReasonMissingError, match="version of the notice"):
        say(world, who, FACE, agreed=True, version=" ")
