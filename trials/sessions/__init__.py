"""Run one listening session of a participant's arm and record it."""
