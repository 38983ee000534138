"""Who may import whom: the contracts of pyproject.toml, checked as `make layers` checks them."""

import subprocess
import sys
import tomllib
from pathlib import Path

NAMED_IN_CONTRACTS = (
    "The loop knows no store and no file",  # may not import it
    "SQL and crypto only in storage",  # is a source
    "neurokit2 only in measures",  # is a source
)


def test_every_folder_imports_only_what_it_may(checkout: Path) -> None:
    lint = Path(sys.executable).with_name("lint-imports")

    result = subprocess.run(
        [lint, "--no-cache"], cwd=checkout, capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout + result.stderr


def test_contracts_name_the_exchange_folder_as_soon_as_it_exists(checkout: Path) -> None:
    """A contract may not name a folder that is not there, so nothing else reminds us."""
    exists = (checkout / "data" / "exchange").is_dir()
    settings = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))

    contracts = settings["tool"]["importlinter"]["contracts"]
    naming = [contract["name"] for contract in contracts if "data.exchange" in str(contract)]

    assert naming == (list(NAMED_IN_CONTRACTS) if exists else [])
