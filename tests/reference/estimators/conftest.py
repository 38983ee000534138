"""Where the numbers of other software are."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

ReadJson = Callable[[str], Any]
ReadFrame = Callable[[str], pd.DataFrame]


@pytest.fixture
def theirs(reference: Path) -> ReadJson:
    """Return a reader of the numbers that R made."""
    return lambda name: json.loads((reference / "statistics" / f"{name}.json").read_text("utf-8"))


@pytest.fixture
def frame(reference: Path) -> ReadFrame:
    """Return a reader of the data they were made from."""
    return lambda name: pd.read_csv(reference / "statistics" / f"{name}.csv")
