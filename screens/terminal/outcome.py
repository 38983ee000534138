"""What a command prints, and which errors are about its input."""

import json
import sys
from typing import Any

CHECK_FAILED = 1
INPUT_UNUSABLE = 2
FIT_UNTRUSTED = 3


class UnusableInputError(ValueError):
    """What was typed cannot be used; the message says why in one sentence."""


class UntrustedFitError(ValueError):
    """There is no number to stand behind; the message says why in one sentence."""


def say(text: str = "") -> None:
    """Print one line for a person."""
    sys.stdout.write(f"{text}\n")


def say_json(plain: Any) -> None:  # noqa: ANN401 - any plain JSON value
    """Print plain JSON for a program, on one line, keys in the order given."""
    sys.stdout.write(json.dumps(plain, ensure_ascii=False, allow_nan=False) + "\n")


def user_errors() -> tuple[type[Exception], ...]:
    """Return the errors whose message is one sentence for the person at the terminal."""
    from analysis.interim_analysis.errors import InterimError
    from analysis.multiplicity.hypotheses import MultiplicityError
    from analysis.operating_characteristics.errors import SimulationError
    from analysis.sample_size.requirement import SampleSizeError
    from data.exchange.recordings import RecordingUnreadableError
    from data.exchange.tables import TableUnreadableError
    from data.measures.questionnaire_scores import AnswerError
    from data.measures.window_plan import WindowPlanError
    from data.storage.errors import StorageError
    from protocols.problems import DocumentError
    from protocols.questionnaire import UnknownQuestionnaireError
    from trials.errors import TrialError

    return (
        AnswerError,
        DocumentError,
        InterimError,
        MultiplicityError,
        RecordingUnreadableError,
        SampleSizeError,
        SimulationError,
        StorageError,
        TableUnreadableError,
        TrialError,
        UnknownQuestionnaireError,
        UnusableInputError,
        WindowPlanError,
        OSError,
    )
