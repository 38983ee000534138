"""Variables that an outcome can be of signals other than the heartbeat, in the resting recording of a visit.

Conventions: a variable has one unit and one recipe: values of different recipes are never compared. The recipes are those of
`data/measures/`.

Contents: `SignalName`, `SignalVariable`, `SIGNAL_VARIABLES`, `asked_variables`, `asked_signals`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from protocols.design import Protocol
from protocols.outcomes import Direction, OutcomeSource


class SignalName(StrEnum):
    """What is recorded."""

    ELECTRODERMAL = "electrodermal"
    """Skin conductance in microsiemens."""
    RESPIRATION = "respiration"
    """A belt, in any unit."""
    OXYGEN_SATURATION = "oxygen_saturation"
    """A pulse oximeter, in per cent."""
    EEG = "eeg"
    """In microvolts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignalVariable:
    """One number of one signal."""

    code: str
    label: str
    unit: str
    recipe: str
    parameter: str
    """PARAMCD: at most eight upper-case letters and digits."""
    signal: SignalName
    direction: Direction | None = None
    """Which direction is better whatever the trial aims at; None: the protocol says it."""


_EDA = "eda-rise-0.01us-v1"
_BREATHS = "breaths-0.07-0.6hz-v1"
_SPO2 = "spo2-50-100-v1"
_EEG = "eeg-welch-hann2s-v1"


def _variable(
    code: str, label: str, unit: str, recipe: str, parameter: str, signal: SignalName
) -> SignalVariable:
    better = Direction.HIGHER_IS_BETTER if signal is SignalName.OXYGEN_SATURATION else None
    return SignalVariable(
        code=code,
        label=label,
        unit=unit,
        recipe=recipe,
        parameter=parameter,
        signal=signal,
        direction=better,
    )


SIGNAL_VARIABLES: Mapping[str, SignalVariable] = MappingProxyType(
    {
        one.code: one
        for one in (
            _variable(
                "electrodermal_level_us",
                "Skin conductance level",
                "μS",
                _EDA,
                "EDALEVEL",
                SignalName.ELECTRODERMAL,
            ),
            _variable(
                "electrodermal_ln_level",
                "Skin conductance level, ln(level + 1)",
                "ln μS",
                _EDA,
                "EDALNLEV",
                SignalName.ELECTRODERMAL,
            ),
            _variable(
                "electrodermal_responses_per_min",
                "Skin conductance responses of 0.01 μS or more",
                "1/min",
                _EDA,
                "EDASCR",
                SignalName.ELECTRODERMAL,
            ),
            _variable(
                "respiration_rate_per_min",
                "Respiration rate",
                "breaths/min",
                _BREATHS,
                "RESPRATE",
                SignalName.RESPIRATION,
            ),
            _variable(
                "oxygen_saturation_percent",
                "Oxygen saturation, mean",
                "%",
                _SPO2,
                "SPO2MEAN",
                SignalName.OXYGEN_SATURATION,
            ),
            _variable(
                "oxygen_saturation_lowest_percent",
                "Oxygen saturation, lowest",
                "%",
                _SPO2,
                "SPO2LOW",
                SignalName.OXYGEN_SATURATION,
            ),
            _variable(
                "eeg_ln_theta", "EEG theta power", "ln μV²", _EEG, "EEGTHETA", SignalName.EEG
            ),
            _variable(
                "eeg_ln_alpha", "EEG alpha power", "ln μV²", _EEG, "EEGALPHA", SignalName.EEG
            ),
            _variable("eeg_ln_beta", "EEG beta power", "ln μV²", _EEG, "EEGBETA", SignalName.EEG),
        )
    }
)


def asked_variables(protocol: Protocol) -> tuple[SignalVariable, ...]:
    """Return the variables that the protocol's outcomes are of, each once, in the protocol's order."""
    codes = (
        o.variable or "" for o in protocol.outcomes if o.source is OutcomeSource.RESTING_SIGNAL
    )
    known = (SIGNAL_VARIABLES[code] for code in codes if code in SIGNAL_VARIABLES)
    return tuple({one.code: one for one in known}.values())


def asked_signals(protocol: Protocol, visit: str) -> tuple[SignalName, ...]:
    """Return the signals that are recorded at a visit: those of the outcomes, where there is a resting recording."""
    if not protocol.visit(visit).resting_recording:
        return ()
    return tuple(dict.fromkeys(one.signal for one in asked_variables(protocol)))
