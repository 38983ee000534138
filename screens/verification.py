"""What was found when store and lists were verified; `screens.verification_job` does it.

Contents: `Verified`, `VERIFICATION`, `transcript`.
"""

from dataclasses import dataclass
from datetime import datetime

from screens.own_work import OwnWork
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


VERIFICATION: OwnWork[Verified] = OwnWork(name="verification", module="screens.verification_job")


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
