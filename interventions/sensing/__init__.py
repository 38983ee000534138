"""Sources of signals: file replay, simulation, and live sensors."""
