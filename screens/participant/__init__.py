"""The participant's pages: consent, questionnaires and self-report during a listening session."""
