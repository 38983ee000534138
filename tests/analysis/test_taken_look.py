"""A look before the end: estimates by arm, bounds at the information reached, and what they advise."""

from dataclasses import replace

import pytest

from analysis.interim_analysis.sequential_p import nominal_level
from analysis.results import NotEstimableError
from analysis.taken_look import TakenLook, take_look
from data.records.bundle import TrialRecords
from data.records.looks import HeldLook, LookDecision, LookFinding
from protocols.design import Protocol
from protocols.interim_looks import (
    PlannedConditionalPower,
    PlannedFutility,
    PlannedHarmStop,
    PlannedLooks,
    Spending,
)
from tests.analysis.example_records import START, example_records
from tests.analysis.planned_promises import FAMILIES, LOOKS, PRIMARY, promising


@pytest.fixture(scope="module")
def by_arm() -> TrialRecords:
    """Return the records of the example trial with the names of the arms: 60 participants."""
    return example_records(arms=("adaptive", "matched_fixed"))


def few(protocol: Protocol, **promises: object) -> Protocol:
    """Return the example protocol with more in its plan, 140 participants planned with the outcome."""
    small = replace(protocol.sample_size, standard_deviation=3.45)
    return promising(replace(protocol, sample_size=small), **promises)


def taken(protocol: Protocol, records: TrialRecords) -> TakenLook:
    return take_look(protocol, records, "1")


def finding(look: TakenLook, name: str = PRIMARY) -> LookFinding:
    return next(one for one in look.findings.findings if one.hypothesis == name)


def on_record(look: TakenLook, *, fewer: int = 0) -> HeldLook:
    """Return a look as it is kept, with so many participants fewer."""
    findings = tuple(replace(one, observed=one.observed - fewer) for one in look.findings.findings)
    return HeldLook(
        number=look.number,
        held_at=START,
        held_by="una",
        data_sha256=look.data_sha256,
        protocol_sha256=look.protocol_sha256,
        code_version=look.code_version,
        findings=findings,
        decision=LookDecision.GO_ON,
        reason="",
        decided_at=START,
        decided_by="una",
    )


@pytest.mark.requirement("ICH E9 4.5")
def test_a_look_has_estimate_information_bound_and_advice(
    protocol: Protocol, by_arm: TrialRecords
) -> None:
    look = taken(few(protocol, looks=LOOKS), by_arm)
    found = finding(look)

    assert look.number == 1
    assert found.planned == 140
    assert 0 < found.information < 0.5
    assert found.estimate is not None
    assert found.z is not None
    assert found.z * found.estimate < 0  # lower is better: a fall is a benefit
    assert found.efficacy_bound is not None
    assert found.nominal_level == pytest.approx(nominal_level(found.efficacy_bound))
    assert (found.advice, found.is_rejected) == ("go on", False)
    assert found.futility_bound is None
    assert found.harm_bound is None
    assert found.repeated_lower is not None
    assert found.repeated_upper is not None
    assert found.repeated_lower < found.estimate < found.repeated_upper
    assert found.repeated_lower < 0 < found.repeated_upper
    assert found.conditional_power is not None
    assert 0 < found.conditional_power < 1


def test_futility_and_harm_have_bounds_of_their_own(
    protocol: Protocol, by_arm: TrialRecords
) -> None:
    looks = replace(
        LOOKS,
        futility=PlannedFutility(spending=Spending.POCOCK),
        harm=PlannedHarmStop(level=0.1, spending=Spending.POCOCK),
    )
    found = finding(taken(few(protocol, looks=looks), by_arm))

    assert found.futility_bound is not None
    assert found.harm_bound is not None
    assert found.efficacy_bound is not None
    assert found.harm_bound < found.futility_bound < found.efficacy_bound


@pytest.mark.parametrize(("threshold", "advice"), [(0.0001, "go on"), (0.9999, "stop: futile")])
def test_a_look_is_futile_where_conditional_power_is_at_most_the_limit(
    protocol: Protocol, by_arm: TrialRecords, threshold: float, advice: str
) -> None:
    looks = replace(LOOKS, conditional_power=PlannedConditionalPower(threshold=threshold))

    assert finding(taken(few(protocol, looks=looks), by_arm)).advice == advice


def test_a_harmful_trend_stops_for_harm(protocol: Protocol, by_arm: TrialRecords) -> None:
    other = {"adaptive": "matched_fixed", "matched_fixed": "adaptive"}
    swapped = replace(by_arm, arms=tuple(replace(a, arm=other[a.arm]) for a in by_arm.arms))
    looks = replace(LOOKS, harm=PlannedHarmStop(level=0.2, spending=Spending.POCOCK))

    found = finding(taken(few(protocol, looks=looks), swapped))

    assert found.z is not None
    assert found.z < 0
    assert found.advice == "stop: harm"


def test_every_hypothesis_is_looked_at_with_its_share(
    protocol: Protocol, by_arm: TrialRecords
) -> None:
    look = taken(few(protocol, looks=LOOKS, families=FAMILIES), by_arm)

    assert [one.hypothesis for one in look.findings.findings] == [
        PRIMARY,
        "phq9_week_4",
        "who5_week_4",
    ]
    behind = finding(look, "phq9_week_4")
    assert (behind.local_level, behind.nominal_level, behind.advice) == (0.0, None, "")
    assert behind.repeated_lower is None


def test_the_look_before_has_spent_its_part(protocol: Protocol, by_arm: TrialRecords) -> None:
    looked = few(
        protocol,
        looks=PlannedLooks(information_fractions=(0.2, 0.6, 1.0), spending=Spending.POCOCK),
    )
    alone = taken(looked, by_arm)
    second = taken(looked, replace(by_arm, looks=(on_record(alone, fewer=20),)))

    assert second.number == 2
    assert second.data_sha256 != alone.data_sha256
    first, later = finding(alone).nominal_level, finding(second).nominal_level
    assert first is not None
    assert later is not None
    assert later < first


def test_a_look_that_adds_nothing_is_refused(protocol: Protocol, by_arm: TrialRecords) -> None:
    looked = few(protocol, looks=LOOKS)
    first = on_record(taken(looked, by_arm))

    with pytest.raises(
        NotEstimableError, match="nobody more has the primary outcome than at look 1"
    ):
        taken(looked, replace(by_arm, looks=(first,)))


def test_with_all_of_the_information_there_is_only_the_end(
    protocol: Protocol, by_arm: TrialRecords
) -> None:
    tiny = replace(protocol.sample_size, standard_deviation=1.0)
    looked = promising(replace(protocol, sample_size=tiny), looks=LOOKS)

    with pytest.raises(NotEstimableError, match="all of the planned information is there"):
        taken(looked, by_arm)


def test_a_plan_without_looks_and_a_trial_without_outcomes_have_none(
    protocol: Protocol, by_arm: TrialRecords
) -> None:
    with pytest.raises(NotEstimableError, match="promises no look"):
        taken(protocol, by_arm)
    with pytest.raises(NotEstimableError, match="has no estimate yet"):
        taken(few(protocol, looks=LOOKS), replace(by_arm, answers=()))
