"""Consent binds to the version in force (conduct C2), after the notice about sensing (AI Act 50(3))."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data.records.participants import WithdrawalKind
from tests.trials.world import World
from trials.consent import record_consent
from trials.errors import (
    AlreadyDoneError,
    ConsentMissingError,
    FormNotOpenError,
    ImplausibleReportError,
    NotReadyToRandomizeError,
    WrongStepError,
)
from trials.opening import amend_protocol
from trials.withdrawal import withdraw


def amend_consent(world: World) -> None:
    amended = replace(world.protocol, version="2.0", consent_version="2.0")
    amend_protocol(world.store, world.administrator, amended, "new risk in the information")


def test_consent_is_a_step_and_records_who_when_and_which_version(world: World) -> None:
    who = world.screened()
    shown_at = world.clock() - timedelta(minutes=5)

    consent = record_consent(world.store, world.coordinator, who, sensing_notice_shown_at=shown_at)

    assert consent.consent_version == world.protocol.consent_version
    assert (consent.sensing_notice_shown_at, consent.signed_at) == (shown_at, world.clock())
    assert consent.recorded_by == world.coordinator.user_id
    assert world.state_of(who) == "consented"


def test_the_same_version_is_not_signed_twice(world: World) -> None:
    who = world.consented()

    with pytest.raises(AlreadyDoneError, match=r"already consented to version 1\.0"):
        record_consent(world.store, world.coordinator, who)


def test_the_notice_cannot_be_shown_after_the_signature(world: World) -> None:
    later = world.clock() + timedelta(minutes=1)

    with pytest.raises(ImplausibleReportError, match="before the signature"):
        record_consent(
            world.store, world.coordinator, world.screened(), sensing_notice_shown_at=later
        )


def test_a_new_version_must_be_signed_before_randomization(world: World) -> None:
    who = world.ready()
    amend_consent(world)

    with pytest.raises(NotReadyToRandomizeError, match=r"consent to version 2\.0 is missing"):
        world.randomize(who)
    record_consent(world.store, world.coordinator, who)

    assert not world.randomize(who).already


def test_a_new_version_must_be_signed_before_more_answers(world: World) -> None:
    who = world.eligible()
    amend_consent(world)

    with pytest.raises(ConsentMissingError, match=r"version 2\.0"):
        world.answer(who, "baseline", "gad7", 12)


def test_nobody_answers_before_consent(world: World) -> None:
    who = world.screened()

    with pytest.raises(FormNotOpenError, match="consent comes first"):
        world.answer(who, "screening", "gad7", 12)


def test_who_has_left_signs_nothing_more(world: World) -> None:
    who = world.consented()
    withdraw(world.store, world.coordinator, who, WithdrawalKind.TRIAL, "no time")
    amend_consent(world)

    with pytest.raises(WrongStepError, match="withdrawn"):
        record_consent(world.store, world.coordinator, who)
