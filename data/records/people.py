"""Who acts: users of the workbench, their roles and sign-ins. Identity of participants: identity.py."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may do; the table of permissions lies in ``data/storage/roles.py``."""

    COORDINATOR = "coordinator"
    STATISTICIAN = "statistician"
    """Blind until the trial is unblinded."""
    UNBLINDED_STATISTICIAN = "unblinded statistician"
    """Holds the looks before the end for the monitoring committee, and does nothing else."""
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"
    PARTICIPANT = "participant"


PROCESS = "process:"
"""How the user id of a process begins; no account's does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """A person with an account. Ids are never reused; an account is deactivated, not deleted."""

    id: str
    """The sign-in name, lower case; a participant's account has the participant id."""
    display_name: str
    role: Role
    site_id: str | None
    """Site a coordinator works at; None for roles that see every site."""
    password_hash: str
    """Argon2id in PHC form; empty where the person signs in by a one-time token only."""
    active: bool
    created_at: datetime
    password_set_by: str = ""
    """Who chose the present password: the own id, an administrator's, or that of a process."""
    password_reset_by: str = ""
    """The administrator who last put a new password in the place of one in use; empty: nobody."""

    @property
    def has_given_password(self) -> bool:
        """Whether another person chose the password, so that the owner has to replace it first.

        What a process gave stays: only the demonstration is made that way, and everybody knows its
        password.
        """
        giver = self.password_set_by
        return giver not in {"", self.id} and not giver.startswith(PROCESS)


class SignInMeans(StrEnum):
    """How somebody signed in."""

    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    LINK = "link"
    """A participant's one-time link."""
    PROCESS = "process"
    """The terminal or a simulation, without a password; it lives only as long as its process."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignIn:
    """One sign-in, kept on the server. The token itself is never stored."""

    id: str
    """SHA-256 of the token."""
    user_id: str
    role: Role
    site_id: str | None
    created_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    means: SignInMeans = SignInMeans.PASSWORD


@dataclass(frozen=True, kw_only=True, slots=True)
class SignInFailures:
    """Failed sign-ins of one account since the last one that succeeded."""

    id: str
    """The user id."""
    failures: int
    last_failed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ParticipantLink:
    """A one-time link by which one participant signs in. The token itself is never stored."""

    id: str
    """SHA-256 of the token."""
    participant_id: str
    created_at: datetime
    created_by: str
    used_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """The person behind a call, as every use case receives it; checked again at every call."""

    user_id: str
    role: Role
    site_id: str | None
    sign_in_id: str
    """Id of the live sign-in that is checked again at every call."""
