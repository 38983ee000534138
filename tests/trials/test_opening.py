"""Opening freezes the protocol and commits to sealed lists first; amendments are frozen with a reason."""

from dataclasses import replace

import pytest

from data.records.allocation import AllocationSlot
from data.records.trial import ProtocolState, Site
from data.storage.errors import NotPermittedError
from data.storage.roles import Permission
from protocols.comparison import Difference, compare_protocols
from protocols.document import protocol_hash
from tests.trials.conftest import GRAZ, LEIDEN
from tests.trials.world import World
from trials.blinding import confirm_unblinding, request_unblinding
from trials.errors import (
    AlreadyDoneError,
    ProtocolNotReadyError,
    ReasonMissingError,
    SiteNotReadyError,
    TrialAlreadyOpenError,
    TrialNotOpenError,
)
from trials.forms import due_forms
from trials.locking import lock_database
from trials.opening import (
    amend_protocol,
    current_trial,
    list_commitment,
    open_trial,
    protocol_in_force,
    protocol_versions,
    set_site,
    sites,
)
from trials.randomization.lists import list_root
from trials.visits import timeline


def test_opening_freezes_the_protocol_and_commits_to_every_list(world: World) -> None:
    (version,) = protocol_versions(world.store, world.reviewer)
    commitment = list_commitment(world.store, world.reviewer)
    with world.store.reading(world.administrator, Permission.SEAL_ALLOCATION) as reading:
        slots = reading.find(AllocationSlot)

    assert (version.state, version.sha256) == (ProtocolState.FROZEN, protocol_hash(world.protocol))
    assert commitment.protocol_hash == version.sha256
    assert commitment.merkle_root == list_root(slots)
    assert protocol_in_force(world.store, world.coordinator) == world.protocol
    assert current_trial(world.store, world.statistician).simulated


def test_versions_are_handed_out_without_their_block_sizes(world: World) -> None:
    (version,) = protocol_versions(world.store, world.reviewer)

    assert version.protocol.randomization.block_sizes == ()
    assert compare_protocols(version.protocol, world.protocol) == (
        Difference(path="randomization.block_sizes", before="", after="4, 6, 8"),
    )


def test_a_store_holds_one_trial(world: World) -> None:
    with pytest.raises(TrialAlreadyOpenError):
        open_trial(world.store, world.administrator, world.protocol, (LEIDEN,))


def test_before_the_opening_there_is_no_trial_and_no_protocol(empty: World) -> None:
    with pytest.raises(TrialNotOpenError):
        current_trial(empty.store, empty.coordinator)
    with pytest.raises(TrialNotOpenError):
        protocol_in_force(empty.store, empty.coordinator)


def test_a_protocol_with_problems_is_not_opened(empty: World) -> None:
    plan = replace(empty.protocol.randomization, block_sizes=(3,))

    with pytest.raises(ProtocolNotReadyError):
        open_trial(
            empty.store, empty.administrator, replace(empty.protocol, randomization=plan), (LEIDEN,)
        )


@pytest.mark.parametrize(
    "chosen",
    [(), (LEIDEN, Site(id="OSL", name="Oslo", open=True, on_call="Dr Lie"))],
    ids=["no site", "a site without lists"],
)
def test_sites_must_have_lists_of_their_own(empty: World, chosen: tuple[Site, ...]) -> None:
    with pytest.raises(SiteNotReadyError):
        open_trial(empty.store, empty.administrator, empty.protocol, chosen)

    with pytest.raises(TrialNotOpenError):
        current_trial(empty.store, empty.coordinator)


def test_sites_never_share_a_list(empty: World) -> None:
    plan = empty.protocol.randomization
    analysis = empty.protocol.analysis
    without_site = replace(
        empty.protocol,
        randomization=replace(plan, factors=tuple(f for f in plan.factors if f.code != "site")),
        analysis=replace(
            analysis, analyses=tuple(replace(one, covariates=()) for one in analysis.analyses)
        ),
    )

    with pytest.raises(ProtocolNotReadyError, match="does not stratify by site"):
        open_trial(empty.store, empty.administrator, without_site, (LEIDEN, GRAZ))


def test_only_an_administrator_opens_the_trial(empty: World) -> None:
    with pytest.raises(NotPermittedError):
        open_trial(empty.store, empty.coordinator, empty.protocol, (LEIDEN,))


def test_an_amendment_is_the_next_frozen_version_with_its_reason(world: World) -> None:
    amended = replace(world.protocol, version="1.1", title="Another title")

    amend_protocol(world.store, world.administrator, amended, "clearer title")

    first, second = protocol_versions(world.store, world.reviewer)
    assert (first.state, second.state) == (ProtocolState.AMENDED, ProtocolState.FROZEN)
    assert second.reason == "clearer title"
    assert protocol_in_force(world.store, world.coordinator) == amended


@pytest.mark.parametrize(
    ("changes", "reason", "error"),
    [
        ({"version": "1.1"}, " ", ReasonMissingError),
        ({"title": "same number"}, "typo", AlreadyDoneError),
        ({"version": "1.1", "study_id": "OTHER"}, "typo", ProtocolNotReadyError),
        ({"version": "1.1", "visits": ()}, "typo", ProtocolNotReadyError),
    ],
)
def test_an_amendment_that_cannot_be_is_refused(
    world: World, changes: dict[str, object], reason: str, error: type[Exception]
) -> None:
    amended = replace(world.protocol, **changes)  # type: ignore[arg-type]  # a table of changes

    with pytest.raises(error):
        amend_protocol(world.store, world.administrator, amended, reason)


def test_an_amendment_that_changes_nothing_is_refused(world: World) -> None:
    renumbered = replace(world.protocol, version="1.1")

    with pytest.raises(ProtocolNotReadyError, match="changes nothing besides the number"):
        amend_protocol(world.store, world.administrator, renumbered, "a new number")


def test_an_amendment_keeps_the_visits_that_people_are_planned_for(world: World) -> None:
    """Their pages name each visit in the words of the protocol in force."""
    who = world.randomized()
    visits = tuple(
        replace(v, code="week_13") if v.code == "week_12" else v for v in world.protocol.visits
    )
    outcomes = tuple(
        replace(o, visit="week_13") if o.visit == "week_12" else o for o in world.protocol.outcomes
    )
    renamed = replace(world.protocol, version="1.1", visits=visits, outcomes=outcomes)

    with pytest.raises(ProtocolNotReadyError, match=r"drops visits .*: week_12\. Keep them"):
        amend_protocol(world.store, world.administrator, renamed, "a week later")

    assert timeline(world.store, world.coordinator, who).entries


def test_whoever_is_planned_for_more_sessions_than_an_amendment_keeps_them(world: World) -> None:
    who = world.randomized()
    fewer = replace(world.protocol.sessions, count=7)
    amended = replace(
        world.protocol,
        version="1.1",
        sessions=fewer,
        analysis=replace(world.protocol.analysis, per_protocol_minimum_sessions=6),
    )
    amend_protocol(world.store, world.administrator, amended, "one session less")
    world.clock.advance(days=25)

    due = due_forms(world.store, world.coordinator, who)

    assert "session-8/before" in {form.occasion for form in due}


def test_what_the_lists_were_drawn_from_cannot_be_amended(world: World) -> None:
    plan = replace(world.protocol.randomization, block_sizes=(4,))
    amended = replace(world.protocol, version="1.1", randomization=plan)

    with pytest.raises(ProtocolNotReadyError, match="the lists are sealed"):
        amend_protocol(world.store, world.administrator, amended, "smaller blocks")


def test_a_site_can_be_added_and_changed_if_it_has_lists(empty: World) -> None:
    open_trial(empty.store, empty.administrator, empty.protocol, (LEIDEN,))

    set_site(empty.store, empty.administrator, GRAZ)
    set_site(empty.store, empty.administrator, replace(LEIDEN, open=False))
    set_site(empty.store, empty.administrator, GRAZ)

    assert sites(empty.store, empty.coordinator) == (replace(LEIDEN, open=False), GRAZ)
    with pytest.raises(SiteNotReadyError, match="OSL"):
        set_site(empty.store, empty.administrator, replace(GRAZ, id="OSL"))


def test_the_analysis_plan_cannot_be_amended_once_the_arms_are_known(world: World) -> None:
    lock_database(world.store, world.statistician, "all data are in")
    request_unblinding(world.store, world.statistician, "analysis is final")
    confirm_unblinding(world.store, world.administrator)
    plan = replace(world.protocol.analysis, analyses=world.protocol.analysis.analyses[1:])
    amended = replace(world.protocol, version="1.1", analysis=plan)

    with pytest.raises(ProtocolNotReadyError, match="the arms are known"):
        amend_protocol(world.store, world.administrator, amended, "another primary analysis")

    retitled = replace(world.protocol, version="1.1", title="Another title")
    amend_protocol(world.store, world.administrator, retitled, "clearer title")
    assert protocol_in_force(world.store, world.reviewer).title == "Another title"
