"""Signals other than the heartbeat in the resting recording of a visit: recorded where the protocol asks for them.

Conventions: samples are kept as they were received, with the values of every variable of the signal. A recording that gives no
value is kept with its reason and may be repeated; one that gives a value is never replaced. What could not be recorded at all is
recorded as such, so that a visit can end.

Contents: `record_resting_signal`, `note_no_signal`, `resting_signals`, `missing_signals`.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from data.measures.measured_values import NoValueReason
from data.measures.physiology import Quality
from data.measures.resting_signals import RestingValue, measure_resting_signal
from data.records.participants import Participant
from data.records.people import Actor
from data.records.resting_signals import RestingSamples, RestingSignal
from data.storage.roles import Permission
from data.storage.store import Reading, Store, Writing
from protocols.signal_variables import SIGNAL_VARIABLES, SignalName, SignalVariable, asked_signals
from trials.consent import require_consent
from trials.errors import AlreadyDoneError, UnknownFormError
from trials.in_force import protocol_in
from trials.occasions import occasion_of, require_open
from trials.schedule import visit_id

MOST_SAMPLES = 1_000_000
"""Five minutes at 3333 Hz."""


def record_resting_signal(
    store: Store,
    actor: Actor,
    participant_id: str,
    visit: str,
    signal: SignalName,
    *,
    samples: NDArray[np.float64],
    sampling_rate_hz: float,
    unit: str,
) -> tuple[RestingSignal, ...]:
    """Measure one signal of the resting recording of a visit; record its values, and the samples as received.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        Who records it.
    participant_id, visit : str
        Whose, and at which visit.
    signal : SignalName
        What was recorded.
    samples : ndarray of float, shape (n_samples,)
        In microsiemens, per cent or microvolts; of a belt in any unit. NaN where missing.
    sampling_rate_hz : float
        Samples a second.
    unit : str
        As the recording states it.

    Returns
    -------
    tuple of RestingSignal
        One for each variable, with its value or the reason why there is none.

    Raises
    ------
    UnknownFormError
        If the protocol asks for no such signal at this visit, or the recording is longer than a resting recording can be.
    """
    measured = measure_resting_signal(signal, samples, sampling_rate_hz)
    with store.writing(actor, Permission.ENTER_DATA, "record_resting_signal") as writing:
        now = store.clock()
        _require_asked(writing, participant_id, visit, signal, now)
        if samples.size > MOST_SAMPLES:
            message = (
                f"The recording has {samples.size} samples; a resting recording has at most {MOST_SAMPLES}: "
                "cut it to the rest."
            )
            raise UnknownFormError(message)
        place = visit_id(participant_id, visit)
        number = 1 + writing.count(
            RestingSamples, participant_id=participant_id, visit=visit, signal=signal.value
        )
        kept = RestingSamples(
            id=f"{place}/{signal.value}-{number}",
            participant_id=participant_id,
            visit=visit,
            signal=signal.value,
            unit=unit,
            sampling_rate_hz=sampling_rate_hz,
            samples=tuple(float(one) if np.isfinite(one) else None for one in samples),
            recorded_at=now,
        )
        writing.add(kept)
        found = tuple(_record(one, kept, now) for one in measured)
        _put(writing, found, signal)
    return found


def note_no_signal(
    store: Store, actor: Actor, participant_id: str, visit: str, signal: SignalName, reason: str
) -> tuple[RestingSignal, ...]:
    """Record that a signal could not be recorded at a visit, with the reason in words for the audit.

    Returns
    -------
    tuple of RestingSignal
        One for each variable, without a value (``no_signal``).
    """
    with store.writing(actor, Permission.ENTER_DATA, "note_no_signal", reason) as writing:
        now = store.clock()
        _require_asked(writing, participant_id, visit, signal, now)
        found = tuple(
            _nothing(one, participant_id, visit, now)
            for one in SIGNAL_VARIABLES.values()
            if one.signal is signal
        )
        _put(writing, found, signal)
    return found


def resting_signals(
    store: Store, actor: Actor, participant_id: str, visit: str
) -> tuple[RestingSignal, ...]:
    """Return what the signals of a visit gave so far."""
    with store.reading(actor, Permission.SEE_PARTICIPANTS) as reading:
        return reading.find(RestingSignal, participant_id=participant_id, visit=visit)


def missing_signals(reading: Reading, participant_id: str, visit: str) -> tuple[SignalName, ...]:
    """Return the signals that the protocol asks for at a visit and that are not on record."""
    kept = reading.find(RestingSignal, participant_id=participant_id, visit=visit)
    there = {SIGNAL_VARIABLES[one.variable].signal for one in kept}
    return tuple(one for one in asked_signals(protocol_in(reading), visit) if one not in there)


def _require_asked(
    writing: Writing, participant_id: str, visit: str, signal: SignalName, now: datetime
) -> None:
    protocol = protocol_in(writing)
    participant = writing.get(Participant, participant_id)
    require_consent(writing, protocol, participant_id)
    require_open(occasion_of(writing, protocol, participant, visit, now), participant_id)
    if signal not in asked_signals(protocol, visit):
        message = f"The protocol asks for no {_in_words(signal)} at {visit}."
        raise UnknownFormError(message)


def _put(writing: Writing, found: Sequence[RestingSignal], signal: SignalName) -> None:
    known = {one.id: writing.first(RestingSignal, id=one.id) for one in found}
    if any(one is not None and one.value is not None for one in known.values()):
        first = found[0]
        message = (
            f"The {_in_words(signal)} of {first.participant_id} at {first.visit} is on record."
        )
        raise AlreadyDoneError(message)
    for one in found:
        if known[one.id] is None:
            writing.add(one)
        else:
            writing.replace(one)


def _record(value: RestingValue, kept: RestingSamples, now: datetime) -> RestingSignal:
    variable = SIGNAL_VARIABLES[value.variable]
    found = value.found
    return RestingSignal(
        id=f"{visit_id(kept.participant_id, kept.visit)}/{variable.code}",
        participant_id=kept.participant_id,
        visit=kept.visit,
        variable=variable.code,
        recipe=value.recipe,
        value=found.value,
        unit=variable.unit,
        reason="" if found.reason is None else found.reason.value,
        quality=value.quality.value,
        usable_share=value.usable_share,
        sampling_rate_hz=kept.sampling_rate_hz,
        duration_s=value.duration_s,
        samples_id=kept.id,
        measured_at=now,
    )


def _nothing(
    variable: SignalVariable, participant_id: str, visit: str, now: datetime
) -> RestingSignal:
    return RestingSignal(
        id=f"{visit_id(participant_id, visit)}/{variable.code}",
        participant_id=participant_id,
        visit=visit,
        variable=variable.code,
        recipe=variable.recipe,
        value=None,
        unit=variable.unit,
        reason=NoValueReason.NO_SIGNAL.value,
        quality=Quality.HOLD.value,
        usable_share=0.0,
        sampling_rate_hz=None,
        duration_s=0.0,
        samples_id=None,
        measured_at=now,
    )


def _in_words(signal: SignalName) -> str:
    return signal.value.replace("_", " ")
