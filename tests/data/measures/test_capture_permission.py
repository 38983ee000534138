"""Nothing of a voice or a face without the participant's yes on record."""

import pytest

from data.measures.capture_permission import CaptureNotPermittedError, permission_for
from data.records.capture_consents import CaptureKind
from tests.data.measures.captured import consent

VOICE, FACE = CaptureKind.VOICE, CaptureKind.FACE


def test_a_yes_on_record_permits() -> None:
    said = consent(VOICE)

    assert permission_for([said], "LEI-001", VOICE).consent is said


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([], id="nothing"),
        pytest.param([consent(FACE)], id="another kind"),
        pytest.param([consent(VOICE, participant_id="LEI-002")], id="somebody else"),
    ],
)
def test_without_a_record_nothing_is_permitted(others: list) -> None:  # type: ignore[type-arg]
    with pytest.raises(CaptureNotPermittedError, match="LEI-001 has no consent on record"):
        permission_for(others, "LEI-001", VOICE)


def test_the_latest_answer_counts_whatever_the_order() -> None:
    yes, no = consent(VOICE, day=1), consent(VOICE, day=2, agreed=False)

    with pytest.raises(CaptureNotPermittedError, match="does not agree"):
        permission_for([no, yes], "LEI-001", VOICE)
    again = consent(VOICE, day=3)
    assert permission_for([no, again, yes], "LEI-001", VOICE).consent is again
