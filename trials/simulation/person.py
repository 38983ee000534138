"""An invented person: who they are, how anxious, how they answer, and when they leave.

Every number here is made up so that the workbench has something to show. Nothing is estimated from
people and nothing may be read as evidence about music.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np

_GIVEN_NAMES = {
    "female": ("Ada", "Berta", "Carla", "Dora", "Elif", "Femke", "Greta", "Hanna", "Ines", "Jutta"),
    "male": ("Anton", "Bram", "Cem", "Daan", "Emil", "Franz", "Gerd", "Hugo", "Ivo", "Jan"),
    "other": ("Alex", "Bo", "Charlie", "Dani", "Eli", "Flo", "Gio", "Kim", "Lou", "Noa"),
}
_FAMILY_NAMES = (
    "Achterberg", "Bauer", "Claassen", "Dijkstra", "Ebner", "Fuchs", "Gruber", "Hofer",
    "Ibrahim", "Jansen", "Kaya", "Lang", "Maier", "Novak", "Oosterhuis", "Pichler",
)  # fmt: skip


class Exit(StrEnum):
    """How a simulated person leaves early."""

    STAYS = "stays"
    STOPS_LISTENING = "intervention_only"
    WITHDRAWS = "trial"
    IS_LOST = "lost_to_follow_up"


class Obstacle(StrEnum):
    """What keeps a simulated person from being randomized."""

    NONE = "none"
    TOO_LITTLE_ANXIETY = "too_little_anxiety"
    EXCLUDED = "excluded"
    DECLINES = "declines"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One invented person."""

    site_id: str
    full_name: str
    birth_date: date
    sex: str
    contact: str
    screened_at: datetime
    obstacle: Obstacle
    anxiety: float
    """Latent GAD-7 total at screening."""
    low_mood: float
    """Latent PHQ-9 total at baseline."""
    well_being: float
    """Latent WHO-5 percentage score at baseline."""
    resting_heart_rate_bpm: float
    resting_ln_rmssd: float
    response: float
    """How strongly this person improves, around 1."""
    attendance: float
    """Probability of coming to a planned session."""
    exit: Exit
    exit_day: int
    """Days after randomization."""
    seed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Rates:
    """How often things happen to invented people."""

    obstacles: tuple[float, float, float] = (0.10, 0.05, 0.04)
    """Too little anxiety, excluded, declines."""
    exits: tuple[float, float, float] = (0.05, 0.05, 0.05)
    """Stops listening, withdraws, is lost."""
    missing_item: float = 0.012
    other_headphones: float = 0.015
    """A session by headphones that nobody has measured."""
    adverse_event_per_session: float = 0.03
    late_visit: float = 0.03
    important_deviation: float = 0.1
    stops_a_session_early: float = 0.05
    harms_not_asked: float = 0.02
    """A session after which it was not possible to ask for harms."""
    late_segment: float = 0.001
    """A segment of music that comes too late, so that there is a gap."""


RATES = Rates()


def draw_person(
    site_id: str, screened_at: datetime, obstacle: Obstacle, draw: np.random.Generator
) -> Person:
    """Draw one person.

    Parameters
    ----------
    site_id : str
        Where they come to.
    screened_at : datetime
        When they are screened.
    obstacle : Obstacle
        What keeps them out, if anything.
    draw : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Person
        The same for the same state of the generator.
    """
    sex = str(draw.choice(["female", "male", "other"], p=[0.62, 0.35, 0.03]))
    anxiety = float(np.clip(draw.normal(14.0, 2.8), 10.4, 20.5))
    if obstacle is Obstacle.TOO_LITTLE_ANXIETY:
        anxiety = float(draw.uniform(4.0, 8.5))
    leaving = draw.choice(len(Exit), p=[1 - sum(RATES.exits), *RATES.exits])
    age_days = int(draw.uniform(19, 78) * 365.25)
    given = str(draw.choice(_GIVEN_NAMES[sex]))
    family = str(draw.choice(_FAMILY_NAMES))
    return Person(
        site_id=site_id,
        full_name=f"{given} {family}",
        birth_date=screened_at.date() - timedelta(days=age_days),
        sex=sex,
        contact=f"{given}.{family}@example.org".lower(),
        screened_at=screened_at,
        obstacle=obstacle,
        anxiety=anxiety,
        low_mood=float(np.clip(0.7 * anxiety + draw.normal(2.0, 3.0), 1.0, 25.0)),
        well_being=float(np.clip(70.0 - 2.2 * anxiety + draw.normal(0.0, 10.0), 8.0, 84.0)),
        resting_heart_rate_bpm=float(np.clip(draw.normal(72.0, 8.0), 52.0, 98.0)),
        resting_ln_rmssd=float(np.clip(draw.normal(3.3, 0.45), 2.2, 4.5)),
        response=float(draw.normal(1.0, 0.9)),
        attendance=float(draw.beta(12.0, 1.3)),
        exit=tuple(Exit)[leaving],
        exit_day=int(draw.integers(4, 70)),
        seed=int(draw.integers(0, 2**53)),
    )
