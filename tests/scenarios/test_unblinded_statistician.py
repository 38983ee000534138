"""Two looks before the end, by their pages, then lock and unblinding: held, decided, kept from the blind, and counted at the end."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analysis.plan import AnalysisReport, run_analysis_plan
from analysis.reports.html import render_html
from analysis.results import NotEstimableError
from analysis.taken_look import take_look
from data.records.looks import HeldLook, LookDecision
from data.records.people import Actor
from data.storage.accounts import create_first_administrator
from data.storage.audit import verify
from data.storage.store import create_store
from protocols.design import Protocol
from protocols.document import protocol_hash
from protocols.interim_looks import PlannedConditionalPower, PlannedHarmStop, PlannedLooks, Spending
from protocols.multiplicity import PlannedFamily
from tests.scenarios.conftest import (
    CHEAP,
    PASSWORD,
    SITES,
    Office,
    add_people,
    labelled,
    open_office,
    press,
    read,
)
from tests.trials.world import Clock, World, small_protocol
from trials.audit_trail import AuditFilter, audit_trail
from trials.blinding import confirm_unblinding, extract_records, request_unblinding
from trials.locking import lock_database
from trials.looks import (
    LookToHold,
    decide_look,
    extract_records_for_look,
    held_looks,
    hold_look,
)
from trials.opening import open_trial

LOOKS_PAGE = "statistician/looks"
PRIMARY = "primary_gad7_week_4"
LOOKS = PlannedLooks(
    information_fractions=(0.3, 0.7, 1.0),
    spending=Spending.O_BRIEN_FLEMING,
    conditional_power=PlannedConditionalPower(threshold=0.01),
    harm=PlannedHarmStop(level=0.001, spending=Spending.O_BRIEN_FLEMING),
)
FAMILIES = (
    PlannedFamily(code="primary", label="Primary", analyses=(PRIMARY,)),
    PlannedFamily(code="secondary", label="Secondary", analyses=("who5_week_4", "phq9_week_4")),
)


def looked_protocol() -> Protocol:
    """Return the small trial's protocol with looks at three hypotheses, 20 participants planned with the outcome."""
    small = small_protocol(slots_per_stratum=24)
    return replace(
        small,
        sample_size=replace(small.sample_size, per_arm=12, standard_deviation=1.25),
        analysis=replace(small.analysis, looks=LOOKS, families=FAMILIES),
    )


def enrol(world: World, first: int, last: int) -> None:
    """Randomize people of one stratum, so that no arm stays empty, and ask them four weeks later."""
    people = [world.randomized("LEI", 10 + number % 5) for number in range(first, last)]
    world.clock.advance(days=28)
    for number, who in enumerate(people, start=first):
        world.answer(who, "week_4", "gad7", 5 + number % 4)
        world.answer(who, "week_4", "phq9", 5 + number % 3)
        world.answer(who, "week_4", "who5", 12 + number % 4)


@pytest.fixture
def looked_office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Office, World]]:
    """Open a trial whose protocol promises looks, with its first six participants four weeks on.

    Yields
    ------
    tuple of Office and World
        Nobody is signed in yet.
    """
    path, clock = tmp_path / "trial.db", Clock()
    store = create_store(f"sqlite:///{path}", clock, password_cost=CHEAP)
    create_first_administrator(store, "ada", "Ada", PASSWORD)
    world = World.of(store, clock, looked_protocol())
    open_trial(store, world.administrator, world.protocol, SITES, simulated=True)
    add_people(world)
    enrol(world, 0, 6)
    store.close()
    for office in open_office(path, clock, monkeypatch):
        yield office, replace(World.of(office.store, clock, world.protocol), _names=6)


def look_by_page(office: Office, number: int) -> AppTest:
    """Hold a look on its page, and return the page with what it found."""
    at = office.open(LOOKS_PAGE)
    labelled(at, "text_input", "Your password, once more").set_value(PASSWORD)
    return office.wait(press(at, f"Hold look {number} now"))


def look_at_once(world: World, una: Actor) -> HeldLook:
    """Hold a look without its page."""
    records = extract_records_for_look(world.store, una)
    found = take_look(world.protocol, records, "0.1.0+scenario")
    return hold_look(
        world.store,
        una,
        LookToHold(
            number=found.number,
            data_sha256=found.data_sha256,
            protocol_sha256=found.protocol_sha256,
            code_version=found.code_version,
            findings=found.findings,
        ),
    )


def decide_by_page(at: AppTest, choice: str, reason: str) -> AppTest:
    """Put the committee's decision on record."""
    labelled(at, "radio", "What was decided").set_value(choice)
    labelled(at, "text_area", "Who decided, and why?").set_value(reason)
    labelled(at, "text_input", "Your password, once more").set_value(PASSWORD)
    return press(at, "Put the decision on record")


def finish(world: World) -> AnalysisReport:
    """Lock, unblind, and carry out the plan."""
    lock_database(world.store, world.statistician, "all data are in")
    request_unblinding(world.store, world.statistician, "the analyses are fixed")
    confirm_unblinding(world.store, world.administrator)
    records = extract_records(world.store, world.statistician)
    return run_analysis_plan(world.protocol, records, "0.1.0+scenario")


@pytest.mark.requirement("ICH E9 4.5")
def test_two_looks_are_held_and_decided_and_the_end_counts_them(
    looked_office: tuple[Office, World],
) -> None:
    office, world = looked_office
    una = office.sign_in("una")
    at = office.open(LOOKS_PAGE)
    assert "look 1 at about 6, look 2 at about 14, look 3 at about 20" in read(at)
    assert "No look was held." in read(at)

    at = look_by_page(office, 1)
    assert "6 of 20 (0.300)" in read(at)
    assert "Nothing is decided after look 1" in read(at)
    at = decide_by_page(at, "go on", "The committee met on Monday.")
    assert "The decision about look 1 is on record." in read(at)

    enrol(world, 6, 13)
    una = office.sign_in("una")
    look_at_once(world, una)
    decide_look(office.store, una, 2, LookDecision.GO_ON, "The committee met again.")
    first, second = held_looks(office.store, una)
    assert [finding.observed for finding in (first.findings[0], second.findings[0])] == [6, 13]
    assert first.data_sha256 != second.data_sha256
    assert second.protocol_sha256 == protocol_hash(world.protocol)

    office.sign_in("stan")
    with pytest.raises(ValueError, match="Could not find"):
        office.open(LOOKS_PAGE)
    masked = run_analysis_plan(
        world.protocol, extract_records(world.store, world.statistician), "0.1.0"
    )
    assert masked.looks is not None
    assert (masked.looks.held, masked.looks.finals) == ((), ())
    rows = audit_trail(world.store, world.reviewer, AuditFilter(action="hold_look")).rows
    assert [row.user_id for row in rows] == ["una", "una"]

    enrol(world, 13, 18)
    report = finish(world)
    assert report.looks is not None
    assert report.looks.held == (first, second)
    assert report.looks.boundaries.information == pytest.approx((0.3, 0.65, 0.9))
    assert report.looks.boundaries.alpha_spent[-1] == pytest.approx(0.025, abs=1e-9)
    final = report.looks.final(PRIMARY)
    assert final is not None
    assert final.inference is not None
    test = report.result(PRIMARY).test
    assert test is not None
    assert test.interval is not None
    assert test.is_rejected == (final.inference.p <= 0.05)
    assert test.is_rejected == (test.interval.upper < 0)
    page = render_html(report)
    for told in ("Looks held before the end", "The committee met on Monday.", "held by una"):
        assert told in page
    assert verify(world.store).problems == ()


def test_what_cannot_be_looked_at_is_refused_with_its_reason(
    looked_office: tuple[Office, World],
) -> None:
    office, world = looked_office
    una = office.sign_in("una")
    look_at_once(world, una)
    decide_look(office.store, una, 1, LookDecision.GO_ON, "The committee met.")

    with pytest.raises(NotEstimableError, match=r"than at look 1 \(6 participants\)"):
        look_at_once(world, una)

    assert len(held_looks(office.store, una)) == 1


def test_a_wrong_password_holds_no_look(looked_office: tuple[Office, World]) -> None:
    office, _ = looked_office
    una = office.sign_in("una")
    at = office.open(LOOKS_PAGE)
    labelled(at, "text_input", "Your password, once more").set_value("wrong password")

    at = press(at, "Hold look 1 now")

    assert at.error
    assert held_looks(office.store, una) == ()


def test_a_protocol_without_looks_says_so(office: Office) -> None:
    office.sign_in("una")

    assert "promises no look before the end" in read(office.open(LOOKS_PAGE))
