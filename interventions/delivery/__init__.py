"""Notes to sound: synthesis, loudness, limits and segment joins."""
