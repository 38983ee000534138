"""The study coordinator's pages: enrolment, randomization, visits, listening sessions, queries."""
