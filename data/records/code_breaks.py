"""Emergency code breaks: who learnt the arm of one participant, when and why. The arm does not stand here."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeBreak:
    """One participant's arm was shown to one person, before the trial was unblinded."""

    id: str
    """``<participant>/code-break-<n>``."""
    participant_id: str
    reason: str
    told_to: str
    """Who needs the arm to treat the participant, and is told it outside the software."""
    broken_at: datetime
    broken_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeBreakReceipt:
    """Somebody who must know of code breaks has read of one."""

    id: str
    """``<code break>/<user>``."""
    participant_id: str
    code_break_id: str
    read_at: datetime
    read_by: str
