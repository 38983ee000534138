"""Running a study: participants, consent, randomization, visits, safety, sessions and locking."""
