"""Verifying store and lists: what was found, kept for one sign-in; `screens.verification_job` does it.

Contents: `Verified`, `start_verification`, `verification_job`, `read_verified`, `transcript`.
"""

import pickle
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.records.people import Actor
from data.storage.store import default_url
from screens.analysis_view import own_folder
from screens.jobs import Job
from screens.workbench import Workbench
from trials.randomization.rederivation import Rederivation
from trials.verification import VerifiedTrail


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What was verified, and what was found."""

    at: datetime
    program: str
    noted_hash: str
    """The head that was noted elsewhere and had to be part of the trail; empty: none."""
    trail: VerifiedTrail
    lists: Rederivation

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return self.trail.holds and not self.lists.problems


def start_verification(bench: Workbench, actor: Actor, noted_hash: str) -> Job:
    """Start verifying; the result belongs to this sign-in."""
    place = place_of(actor)
    place.unlink(missing_ok=True)
    arguments = ["screens.verification_job", default_url(), str(place), noted_hash]
    return bench.jobs.start(name_of(actor), arguments)


def verification_job(bench: Workbench, actor: Actor) -> Job | None:
    """Return the verification that this sign-in asked for last."""
    return bench.jobs.find(name_of(actor))


def read_verified(actor: Actor) -> Verified | None:
    """Return what the last finished verification of this sign-in found; None when there is none."""
    place = place_of(actor)
    if not place.exists():
        return None
    found: Verified = pickle.loads(place.read_bytes())  # noqa: S301 - written by our own child
    return found


def name_of(actor: Actor) -> str:
    """Return the name of the job of this sign-in."""
    return f"verification-{actor.sign_in_id}"


def place_of(actor: Actor) -> Path:
    """Return where the result of this sign-in lies."""
    return own_folder() / f"{actor.sign_in_id[:32]}.verified.pickle"


def transcript(found: Verified) -> str:
    """Return everything that was verified as text to keep."""
    entries = (
        "not told while the blind holds" if found.trail.entries is None else found.trail.entries
    )
    lines = (
        "Antiphon: transcript of a verification",
        f"Made {found.at.isoformat(timespec='seconds')} by {found.program}",
        "",
        "1. The audit trail: every entry hashed again, every signed end checked, all of it replayed",
        "   and compared with the rows of every table.",
        f"   Entries: {entries}",
        f"   Head (note it elsewhere): {found.trail.head_hash}",
        f"   Head noted elsewhere before: {found.noted_hash or 'none'}",
        f"   Key of the signatures (Ed25519): {found.trail.public_key}",
        f"   Result: {'holds' if found.trail.holds else 'DOES NOT HOLD'}",
        *(f"   - {problem}" for problem in found.trail.problems),
        "",
        "2. The allocation lists: derived again from key and protocol, compared with every place,",
        "   with the commitment, and with every allocation.",
        f"   Places equal: {found.lists.equal} of {found.lists.slots}",
        f"   Allocations equal: {found.lists.allocations_equal} of {found.lists.allocations}",
        f"   Result: {'holds' if not found.lists.problems else 'DOES NOT HOLD'}",
        *(f"   - {problem}" for problem in found.lists.problems),
    )
    return "\n".join(lines) + "\n"
