"""A protocol that promises signals has them recorded at rest, measured, kept as received, and asked for before a visit ends."""

from dataclasses import replace

import numpy as np
import pytest

from data.measures.time_domain import FloatArray
from data.records.resting_signals import RestingSamples
from data.storage.roles import Permission
from protocols.design import Protocol
from protocols.signal_variables import SignalName
from tests.protocols.signal_outcomes import protocol_with, signal_outcome
from tests.trials.world import World, small_protocol
from trials.blinding import extract_records
from trials.errors import AlreadyDoneError, UnknownFormError, VisitNotCompleteError
from trials.resting_signals import note_no_signal, record_resting_signal, resting_signals
from trials.simulation.signals_at_rest import RATES_HZ, record_signals_at_rest, signal_at_rest
from trials.visits import complete_baseline

SWEAT, BREATH = SignalName.ELECTRODERMAL, SignalName.RESPIRATION
OWN = (1, 2)


@pytest.fixture
def protocol() -> Protocol:
    """Return a small trial that promises skin conductance and breathing."""
    small = small_protocol()
    wide = protocol_with(
        signal_outcome("electrodermal_level_us"), signal_outcome("respiration_rate_per_min")
    )
    return replaced(wide, small)


def replaced(wide: Protocol, small: Protocol) -> Protocol:
    """Return the outcomes and analyses of one protocol in the other."""
    return replace(small, outcomes=wide.outcomes, analysis=wide.analysis)


def record(world: World, who: str, signal: SignalName, samples: FloatArray) -> object:
    return record_resting_signal(
        world.store,
        world.coordinator,
        who,
        "baseline",
        signal,
        samples=samples,
        sampling_rate_hz=RATES_HZ[signal],
        unit="uS",
    )


def test_a_signal_is_measured_and_its_samples_are_kept_as_received(world: World) -> None:
    who = world.eligible()
    samples = signal_at_rest(SWEAT, 300.0, OWN)
    samples[7] = np.nan

    record(world, who, SWEAT, samples)

    found = {
        one.variable: one
        for one in resting_signals(world.store, world.coordinator, who, "baseline")
    }
    level = found["electrodermal_level_us"]
    assert level.value == pytest.approx(float(np.nanmedian(samples)), abs=0.1)
    assert (level.unit, level.recipe, level.reason) == ("μS", "eda-rise-0.01us-v1", "")
    assert (level.duration_s, level.sampling_rate_hz) == (300.0, 4.0)
    assert found["electrodermal_responses_per_min"].value is not None
    with world.store.reading(world.coordinator, Permission.SEE_PARTICIPANTS) as reading:
        kept = reading.get(RestingSamples, level.samples_id or "")
    assert kept.samples[7] is None
    assert kept.samples[8] == samples[8]


def test_a_recording_without_a_value_may_be_repeated_and_one_with_a_value_not(world: World) -> None:
    who = world.eligible()
    good = signal_at_rest(SWEAT, 300.0, OWN)

    record(world, who, SWEAT, np.zeros(1200))
    failed = resting_signals(world.store, world.coordinator, who, "baseline")
    record(world, who, SWEAT, good)

    assert {(one.value, one.reason) for one in failed} == {(None, "no_signal")}
    assert all(
        one.value is not None
        for one in resting_signals(world.store, world.coordinator, who, "baseline")
    )
    with pytest.raises(AlreadyDoneError, match=r"The electrodermal of .* is on record"):
        record(world, who, SWEAT, good)


def test_a_signal_that_the_protocol_does_not_promise_is_refused(world: World) -> None:
    who = world.eligible()

    with pytest.raises(UnknownFormError, match="asks for no oxygen saturation at baseline"):
        record(world, who, SignalName.OXYGEN_SATURATION, np.full(300, 97.0))


def test_a_visit_does_not_end_before_its_signals_are_there_or_said_to_be_missing(
    world: World,
) -> None:
    who = world.eligible()
    world.baseline_forms(who)
    with pytest.raises(VisitNotCompleteError, match="electrodermal recording, the respiration"):
        complete_baseline(world.store, world.coordinator, who)

    record_signals_at_rest(
        world.store, world.coordinator, (who, "baseline"), only(world.protocol, SWEAT), relief=0.0
    )
    note_no_signal(world.store, world.coordinator, who, "baseline", BREATH, "The belt was broken")

    assert complete_baseline(world.store, world.coordinator, who).state.value == "baseline_complete"
    signals = extract_records(world.store, world.statistician).resting_signals
    assert {(one.variable, one.value is None) for one in signals} == {
        ("electrodermal_level_us", False),
        ("electrodermal_ln_level", False),
        ("electrodermal_responses_per_min", False),
        ("respiration_rate_per_min", True),
    }


def only(protocol: Protocol, signal: SignalName) -> Protocol:
    """Return the protocol without the outcomes of other signals."""
    kept = tuple(
        one
        for one in protocol.outcomes
        if one.variable is None or one.variable.startswith(signal.value)
    )
    return replace(protocol, outcomes=kept)


def test_the_same_person_at_the_same_visit_gives_the_same_signal() -> None:
    one, again = (signal_at_rest(BREATH, 60.0, OWN) for _ in range(2))

    assert np.array_equal(one, again)
    assert not np.array_equal(one, signal_at_rest(BREATH, 60.0, (1, 3)))
