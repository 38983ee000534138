"""Open the trial: freeze the protocol, seal the lists and commit to them, before anybody enrols.

States of a protocol version: a draft is no record yet; opening freezes the first version; an
amendment freezes the next one with a reason and marks the one before as amended. What the sealed
lists were drawn from (arms, ratio, blocks, strata) cannot be amended any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from data.records.allocation import ListCommitment
from data.records.local_days import known_time_zones
from data.records.people import Actor
from data.records.trial import ProtocolState, ProtocolVersion, Site, Trial, Unblinding
from data.storage.roles import Permission
from data.storage.store import Reading, Store, Writing
from protocols.canonical import canonical_json
from protocols.comparison import compare_protocols
from protocols.design import Protocol
from protocols.document import check_protocol, protocol_from_canonical, protocol_hash
from protocols.plan_document import plan_hash
from protocols.software import software_version
from trials.errors import (
    AlreadyDoneError,
    ProtocolNotReadyError,
    ReasonMissingError,
    SiteNotReadyError,
    TrialAlreadyOpenError,
)
from trials.in_force import protocol_in, protocol_of, trial_in, version_in_force
from trials.randomization.allocation import ALLOCATION_KEY
from trials.randomization.lists import derive_slots, list_root
from trials.randomization.strata import SITE_FACTOR, strata_of


def open_trial(
    store: Store,
    actor: Actor,
    protocol: Protocol,
    sites: Sequence[Site],
    *,
    simulated: bool = False,
) -> Trial:
    """Freeze the protocol, seal and commit the allocation lists, and open the trial.

    Parameters
    ----------
    store : Store
        An empty store.
    actor : Actor
        An administrator.
    protocol : Protocol
        Without problems.
    sites : sequence of Site
        Every one a level of the protocol's site factor.
    simulated : bool
        True for demonstration or training data, which is marked everywhere.

    Returns
    -------
    Trial
        The open trial.

    Raises
    ------
    TrialAlreadyOpenError
        If the store already holds a trial.
    """
    with store.writing(actor, Permission.SEAL_ALLOCATION, "open_trial") as writing:
        if writing.first(Trial) is not None:
            message = "This store already holds a trial."
            raise TrialAlreadyOpenError(message)
        _check_ready(protocol, sites)
        now = store.clock()
        version = _freeze(protocol, actor, reason="", at=now)
        writing.add(version)
        writing.add_all(sites)
        trial = Trial(
            id=protocol.study_id,
            protocol_version_id=version.id,
            simulated=simulated,
            started_at=now,
        )
        writing.add(trial)
        _seal(writing, store, protocol, actor, at=now)
    return trial


def current_trial(store: Store, actor: Actor) -> Trial:
    """Return the trial of this store."""
    with store.reading(actor, Permission.SIGN_IN) as reading:
        return trial_in(reading)


def protocol_in_force(store: Store, actor: Actor) -> Protocol:
    """Return the protocol version that binds now."""
    with store.reading(actor, Permission.SIGN_IN) as reading:
        return protocol_in(reading)


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedVersion:
    """One version of the protocol as everybody who works on the trial may read it."""

    version: str
    state: ProtocolState
    sha256: str
    """Of the whole document."""
    reason: str
    """Why it was amended; empty for the first version."""
    frozen_at: datetime | None
    frozen_by: str | None
    protocol: Protocol
    """Without its block sizes (SPIRIT 2025 item 21b)."""


def protocol_versions(store: Store, actor: Actor) -> tuple[PublishedVersion, ...]:
    """Return every version, the first one first."""
    with store.reading(actor, Permission.SEE_PROTOCOL) as reading:
        return tuple(_published(version) for version in reading.find(ProtocolVersion))


def list_commitment(store: Store, actor: Actor) -> ListCommitment:
    """Return the published commitment to the sealed lists."""
    with store.reading(actor, Permission.SEE_PROTOCOL) as reading:
        return reading.get(ListCommitment, trial_in(reading).id)


def sites(store: Store, actor: Actor) -> tuple[Site, ...]:
    """Return every site."""
    with store.reading(actor, Permission.SEE_PROTOCOL) as reading:
        return reading.find(Site)


def amend_protocol(store: Store, actor: Actor, protocol: Protocol, reason: str) -> ProtocolVersion:
    """Freeze the next version of the protocol, with the reason, and put it in force.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        An administrator.
    protocol : Protocol
        The next version, under a version number that was not used before.
    reason : str
        Why (SPIRIT 2025 item 31).

    Returns
    -------
    ProtocolVersion
        The version now in force.

    Raises
    ------
    ReasonMissingError
        If no reason is given.
    """
    if not reason.strip():
        message = "An amendment needs its reason."
        raise ReasonMissingError(message)
    with store.writing(actor, Permission.OPEN_TRIAL, "amend_protocol", reason) as writing:
        trial = trial_in(writing)
        before = version_in_force(writing)
        _check_amendment(writing, trial, protocol_of(before), protocol)
        version = _freeze(protocol, actor, reason=reason.strip(), at=store.clock())
        writing.add(version)
        writing.replace(replace(before, state=ProtocolState.AMENDED))
        writing.replace(replace(trial, protocol_version_id=version.id))
    return version


def set_site(store: Store, actor: Actor, site: Site) -> Site:
    """Add or change a site: open or close it, name who is on call.

    Parameters
    ----------
    store : Store
        Where the trial lives.
    actor : Actor
        An administrator.
    site : Site
        As it shall be from now on.

    Returns
    -------
    Site
        The site.
    """
    with store.writing(actor, Permission.OPEN_TRIAL, "set_site") as writing:
        _check_sites(protocol_in(writing), (site,))
        known = writing.first(Site, id=site.id)
        if known is None:
            writing.add(site)
        elif known != site:
            writing.replace(site)
    return site


def _published(version: ProtocolVersion) -> PublishedVersion:
    protocol = protocol_from_canonical(version.document)
    randomization = replace(protocol.randomization, block_sizes=())
    return PublishedVersion(
        version=version.version,
        state=version.state,
        sha256=version.sha256,
        reason=version.reason,
        frozen_at=version.frozen_at,
        frozen_by=version.frozen_by,
        protocol=replace(protocol, randomization=randomization),
    )


def _freeze(protocol: Protocol, actor: Actor, *, reason: str, at: datetime) -> ProtocolVersion:
    return ProtocolVersion(
        id=f"{protocol.study_id}/{protocol.version}",
        study_id=protocol.study_id,
        version=protocol.version,
        state=ProtocolState.FROZEN,
        document=canonical_json(protocol).decode(),
        sha256=protocol_hash(protocol),
        reason=reason,
        frozen_at=at,
        frozen_by=actor.user_id,
    )


def _seal(
    writing: Writing, store: Store, protocol: Protocol, actor: Actor, *, at: datetime
) -> None:
    slots = derive_slots(store.key_for(ALLOCATION_KEY), protocol)
    writing.add_all(slots)
    writing.add(
        ListCommitment(
            id=protocol.study_id,
            protocol_hash=protocol_hash(protocol),
            merkle_root=list_root(slots),
            strata=strata_of(protocol.randomization),
            slots=len(slots),
            software_version=software_version(),
            committed_at=at,
            committed_by=actor.user_id,
        )
    )


def _check_ready(protocol: Protocol, sites: Sequence[Site]) -> None:
    problems = check_protocol(protocol)
    if problems:
        raise ProtocolNotReadyError("\n".join(problem.text for problem in problems))
    if not sites:
        message = "A trial needs at least one site."
        raise SiteNotReadyError(message)
    _check_sites(protocol, sites)


def _check_sites(protocol: Protocol, sites: Sequence[Site]) -> None:
    # R8: sites never share a list, so every site is a level of the site factor
    factor = next((f for f in protocol.randomization.factors if f.code == SITE_FACTOR), None)
    if factor is None:
        message = "The protocol does not stratify by site, so no site may enrol."
        raise ProtocolNotReadyError(message)
    known = {level.code for level in factor.levels}
    strangers = ", ".join(sorted(site.id for site in sites if site.id not in known))
    if strangers:
        message = f"The protocol has no sealed lists for: {strangers}."
        raise SiteNotReadyError(message)
    zones = known_time_zones()
    nowhere = [f"{site.id} ({site.time_zone})" for site in sites if site.time_zone not in zones]
    if nowhere:
        message = f"No such time zone: {', '.join(nowhere)}. Give its IANA name, for example Europe/Vienna."
        raise SiteNotReadyError(message)


def _check_amendment(reading: Reading, trial: Trial, before: Protocol, after: Protocol) -> None:
    problems = check_protocol(after)
    if problems:
        raise ProtocolNotReadyError("\n".join(problem.text for problem in problems))
    if after.study_id != trial.id:
        message = f"This protocol belongs to {after.study_id}, not to {trial.id}."
        raise ProtocolNotReadyError(message)
    if reading.first(ProtocolVersion, version=after.version) is not None:
        message = f"Version {after.version} is already frozen; give the amendment a new number."
        raise AlreadyDoneError(message)
    same_arms = [arm.code for arm in before.arms] == [arm.code for arm in after.arms]
    if not same_arms or before.randomization != after.randomization:
        message = "Arms and randomization cannot be amended: the lists are sealed."
        raise ProtocolNotReadyError(message)
    unblinding = reading.first(Unblinding)
    arms_are_known = unblinding is not None and unblinding.confirmed_at is not None
    if arms_are_known and plan_hash(before) != plan_hash(after):
        message = (
            "The analysis plan cannot be amended: the arms are known. "
            "What is analysed in another way is exploratory; a statistician runs it on the page Explore."
        )
        raise ProtocolNotReadyError(message)
    kept = {visit.code for visit in after.visits}
    dropped = ", ".join(visit.code for visit in before.visits if visit.code not in kept)
    if dropped:
        message = f"The amendment drops visits that people are planned for: {dropped}. Keep them."
        raise ProtocolNotReadyError(message)
    if all(found.path == "version" for found in compare_protocols(before, after)):
        message = "The amendment changes nothing besides the number of the version."
        raise ProtocolNotReadyError(message)
