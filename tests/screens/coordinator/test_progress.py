"""The line of steps: where a participant stands follows from what is on record."""

import pytest

from data.records.participants import ParticipantState
from screens.coordinator.progress import Step, step_of
from trials.forms import DueForm, FormState


def screening_form(state: FormState) -> DueForm:
    """Return the screening questionnaire in a state."""
    return DueForm(
        occasion="screening",
        occasion_label="Screening",
        questionnaire="gad7",
        title="Generalized Anxiety Disorder-7",
        state=state,
    )


@pytest.mark.parametrize(
    ("state", "form", "step"),
    [
        (ParticipantState.PRESCREENED, None, Step.CONSENT),
        (ParticipantState.CONSENTED, FormState.NOT_STARTED, Step.SCREENING),
        (ParticipantState.CONSENTED, FormState.STARTED, Step.SCREENING),
        (ParticipantState.CONSENTED, FormState.COMPLETE, Step.ELIGIBILITY),
        (ParticipantState.ELIGIBLE, None, Step.BASELINE),
        (ParticipantState.BASELINE_COMPLETE, None, Step.CONFIRM),
        (ParticipantState.RANDOMIZED, None, Step.RESULT),
        (ParticipantState.SCREEN_FAILED, None, None),
        (ParticipantState.WITHDRAWN, None, None),
    ],
)
def test_a_step_stays_shut_until_the_one_before_is_complete(
    state: ParticipantState, form: FormState | None, step: Step | None
) -> None:
    due = () if form is None else (screening_form(form),)

    assert step_of(state, due) is step
