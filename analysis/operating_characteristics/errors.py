"""What a simulation refuses to work with."""


class SimulationError(ValueError):
    """A scenario, an analysis or a cluster that cannot be used; the text says what to mend."""
