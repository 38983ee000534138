"""Which arm plays which part, masked and unmasked."""

from analysis.roles import arm_columns, baseline_visit, contrasts, measured_visits
from data.records.bundle import TrialRecords
from protocols.design import Protocol
from tests.analysis.example_records import example_records


def test_masked_arms_are_letters_whatever_the_protocol_calls_them(
    protocol: Protocol, records: TrialRecords
) -> None:
    assert [arm.label for arm in arm_columns(protocol, records)] == ["Arm X", "Arm Y"]
    assert [contrast.label for contrast in contrasts(protocol, records)] == ["Arm X − Arm Y"]


def test_after_unblinding_the_comparator_is_subtracted(protocol: Protocol) -> None:
    records = example_records(arms=("matched_fixed", "adaptive"))

    (contrast,) = contrasts(protocol, records)

    assert (contrast.first, contrast.second) == ("adaptive", "matched_fixed")


def test_the_baseline_is_the_last_measurement_up_to_randomization(protocol: Protocol) -> None:
    visit = baseline_visit(protocol, "gad7")

    assert visit is not None
    assert visit.code == "baseline"


def test_visits_of_a_measurement_begin_with_the_baseline(protocol: Protocol) -> None:
    gad7 = [visit.code for visit in measured_visits(protocol, "gad7")]
    resting = [visit.code for visit in measured_visits(protocol, None)]

    assert gad7 == ["baseline", "week_4", "week_12"]
    assert resting == ["baseline", "week_4"]
