"""Packages that a measure needs and that not every site installs: one clear sentence where one is missing.

Contents: `MissingExtraError`, `import_extra`.
"""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType


class MissingExtraError(RuntimeError):
    """A measure needs a package that is not installed; the message says which, and what to do."""


def import_extra(package: str, extra: str, purpose: str) -> ModuleType:
    """Import a package of an extra now.

    Parameters
    ----------
    package : str
        Name that is imported.
    extra : str
        Name of the extra in ``pyproject.toml`` that brings it.
    purpose : str
        What needs it, e.g. ``EEG bands``.

    Returns
    -------
    ModuleType
        The package.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    if find_spec(package.split(".", maxsplit=1)[0]) is None:
        message = (
            f"{purpose} need the package {package}, which is not installed here. "
            f"Install the optional packages “{extra}” of pyproject.toml."
        )
        raise MissingExtraError(message)
    return import_module(package)
