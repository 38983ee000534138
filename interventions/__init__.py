"""One listening session's closed loop: no store, no screen, no wall clock, no hidden chance."""
