"""What an interim analysis refuses to work with."""


class InterimError(ValueError):
    """A design, a look or a number that cannot be used; the text says what to mend."""
