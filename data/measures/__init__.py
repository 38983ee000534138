"""Records to numbers: heart rate variability, skin conductance, questionnaires, adherence, dose."""
