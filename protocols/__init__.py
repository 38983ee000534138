"""What was promised before the first participant: design, estimands, outcomes, music, analysis."""
