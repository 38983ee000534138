"""The sessions that are on the air in this process, by token."""

from collections.abc import Iterator

from trials.sessions.on_air import OnAirSession


class SessionsOnAir:
    """The sessions now on the air, by token; made once by the server."""

    def __init__(self) -> None:
        self._by_token: dict[str, OnAirSession] = {}

    def add(self, session: OnAirSession) -> None:
        """Put a session on the air, forgetting those that have ended."""
        for ended in (one for one in self if one.is_over):
            self._by_token.pop(ended.token, None)
        self._by_token[session.token] = session

    def get(self, token: str) -> OnAirSession | None:
        """Return the session of a token; None when there is none."""
        return self._by_token.get(token)

    def of_participant(self, participant_id: str) -> OnAirSession | None:
        """Return the running session of a participant; None when there is none."""
        return next(
            (one for one in self if one.participant_id == participant_id and not one.is_over),
            None,
        )

    def __iter__(self) -> Iterator[OnAirSession]:
        return iter(tuple(self._by_token.values()))
