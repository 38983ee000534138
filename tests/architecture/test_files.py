"""What is committed works on every machine: no address of a registry, no path of one machine."""

import re
import subprocess
from pathlib import Path

import pytest

MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:work|root)/\w")


@pytest.fixture(scope="module")
def texts(checkout: Path) -> dict[str, str]:
    """Return every text file of the checkout that Git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    files = [checkout / name for name in listed.split("\0") if name]
    contents = {file: file.read_bytes() for file in files if file.is_file()}
    return {
        file.relative_to(checkout).as_posix(): content.decode("utf-8", "replace")
        for file, content in contents.items()
        if b"\0" not in content[:8192]
    }


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_holds_versions_and_hashes_only(checkout: Path, name: str) -> None:
    lines = (checkout / name).read_text("utf-8").splitlines()

    addresses = [line for line in lines if "://" in line or line.startswith("-")]

    assert addresses == []
    assert any("--hash=sha256:" in line for line in lines)


def test_no_file_names_a_path_of_one_machine(texts: dict[str, str]) -> None:
    assert [name for name, text in texts.items() if MACHINE_PATH.search(text)] == []


def test_the_project_has_no_build_system(texts: dict[str, str]) -> None:
    assert "[build-system]" not in texts["pyproject.toml"]
