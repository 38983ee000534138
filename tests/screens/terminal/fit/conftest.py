"""The command line, and small files to run it on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.terminal.fit.command_line import CommandLine


@pytest.fixture
def antiphon(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Return the command line."""
    return CommandLine(capture=capsys, patch=monkeypatch)


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes a CSV file."""

    def write(text: str) -> Path:
        path = tmp_path / "trial.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write
