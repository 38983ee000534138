"""What tests of every folder may ask for."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
MAIN = sys.modules["__main__"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need the reference data; put those that drive a browser last."""
    for item in items:
        if "reference" in getattr(item, "fixturenames", ()):
            item.add_marker("reference")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Return the folder that Antiphon is checked out in."""
    return CHECKOUT


@pytest.fixture(scope="session")
def reference() -> Path:
    """Return the folder of reference data: `shared/reference` beside the checkout."""
    beside = CHECKOUT.parent / "shared" / "reference"
    folder = Path(os.environ.get("ANTIPHON_REFERENCE") or beside)
    if not folder.is_dir():
        pytest.skip(f"no reference data in {folder}: name its folder in ANTIPHON_REFERENCE")
    return folder


@pytest.fixture(autouse=True)
def _main_module_stays() -> Iterator[None]:
    """Put `__main__` back after each test.

    AppTest leaves the page it ran there, and a process that is spawned later would run it again.

    Yields
    ------
    None
        While the test runs.
    """
    yield
    sys.modules["__main__"] = MAIN
