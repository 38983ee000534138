"""An outcome of a signal names a variable that there is, in its unit, by its recipe, in its direction."""

import pytest

from protocols.canonical import canonical_json
from protocols.checks import find_faults
from protocols.document import shipped_protocol
from protocols.outcomes import Direction, Outcome, OutcomeSource
from protocols.reading import path_text
from protocols.signal_variables import (
    SIGNAL_VARIABLES,
    SignalName,
    asked_signals,
    asked_variables,
)
from tests.protocols.signal_outcomes import protocol_with, signal_outcome


def faults_of(outcome: Outcome) -> list[tuple[str, str]]:
    """Return where and what is wrong, beyond CALM-1 itself."""
    return [
        (path_text(fault.path).rpartition(".")[2], fault.what)
        for fault in find_faults(protocol_with(outcome))
    ]


@pytest.mark.parametrize("variable", SIGNAL_VARIABLES)
def test_every_variable_can_be_an_outcome(variable: str) -> None:
    assert faults_of(signal_outcome(variable)) == []


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"variable": None}, "variable", "is of a signal and names as its variable none."),
        ({"variable": "sweat"}, "variable", "names as its variable “sweat”, which is none."),
        ({"unit": "kΩ"}, "unit", "is in kΩ, but electrodermal_level_us is measured in μS."),
        ({"recipe": None}, "recipe", "names no recipe, but"),
        ({"recipe": "cvx-eda"}, "recipe", "is computed by eda-rise-0.01us-v1."),
        ({"visit": "week_9"}, "visit", "is measured at a visit “week_9” that does not exist."),
        ({"visit": "baseline"}, "visit", "before anything can have had an effect."),
        ({"questionnaire": "gad7"}, "questionnaire", "is of a signal and names a questionnaire."),
    ],
)
def test_what_does_not_fit_is_said_where_it_is_mended(
    changes: dict[str, object], place: str, said: str
) -> None:
    found = faults_of(signal_outcome("electrodermal_level_us", **changes))

    assert any(where == place and said in what for where, what in found), found


def test_less_oxygen_is_never_better() -> None:
    outcome = signal_outcome("oxygen_saturation_percent", direction=Direction.LOWER_IS_BETTER)

    assert faults_of(outcome) == [
        (
            "direction",
            "oxygen_saturation_percent_week_4 says that less oxygen saturation, mean is better.",
        )
    ]


def test_only_an_outcome_of_a_signal_names_a_variable() -> None:
    outcome = signal_outcome("eeg_ln_alpha", source=OutcomeSource.RESTING_HRV)

    assert (
        "variable",
        "eeg_ln_alpha_week_4 names a variable of a signal, but its source is resting_hrv.",
    ) in faults_of(outcome)


def test_a_protocol_asks_for_the_signals_of_its_outcomes_where_it_rests() -> None:
    level, rate = (
        signal_outcome(one) for one in ("electrodermal_level_us", "electrodermal_responses_per_min")
    )
    protocol = protocol_with(level, rate, signal_outcome("eeg_ln_alpha"))
    resting = [visit.code for visit in protocol.visits if visit.resting_recording]

    assert [one.code for one in asked_variables(protocol)] == [
        "electrodermal_level_us",
        "electrodermal_responses_per_min",
        "eeg_ln_alpha",
    ]
    for visit in protocol.visits:
        asked = (SignalName.ELECTRODERMAL, SignalName.EEG) if visit.code in resting else ()
        assert asked_signals(protocol, visit.code) == asked


def test_a_protocol_without_signals_asks_for_none_and_is_written_as_before() -> None:
    calm = shipped_protocol()

    assert asked_variables(calm) == ()
    assert b'"variable"' not in canonical_json(calm)


def test_codes_and_parameters_are_used_once() -> None:
    parameters = [one.parameter for one in SIGNAL_VARIABLES.values()]

    assert len(set(parameters)) == len(parameters)
    assert all(len(one) <= 8 and one.isalnum() and one.isupper() for one in parameters)
