"""The server starts at once: what is slow to import waits for the function that needs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SLOW = {"matplotlib", "neurokit2", "pingouin", "scipy.stats", "sklearn", "statsmodels"}
IMPORT_APP = "import app, json, sys; print(json.dumps(list(sys.modules)))"


def test_importing_the_app_imports_nothing_slow(checkout: Path) -> None:
    if not (checkout / "app.py").exists():
        pytest.skip("app.py is not written yet")

    result = subprocess.run(
        [sys.executable, "-c", IMPORT_APP], cwd=checkout, capture_output=True, text=True, check=True
    )

    imported = set(json.loads(result.stdout.splitlines()[-1]))
    assert sorted(SLOW & imported) == []
