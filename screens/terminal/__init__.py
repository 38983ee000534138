"""The same use cases as commands: `antiphon ...`."""

from screens.terminal.command import main

__all__ = ["main"]
