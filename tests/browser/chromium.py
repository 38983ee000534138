"""The Chromium that the browser tests drive: found on this machine, or fetched by its packages.

`make test` runs this file: it installs Chromium where that is `apt-get`'s to do, and says one
sentence where it is not. The tests ask for `find_chromium`.
"""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PACKAGES = ("chromium", "fonts-dejavu-core")
NOT_FOUND = (
    "No Chromium on this machine: install it, or name it in ANTIPHON_CHROMIUM, "
    "to run the browser tests."
)


def find_chromium() -> str | None:
    """Return the path of a Chromium on this machine, or None."""
    named = os.environ.get("ANTIPHON_CHROMIUM")
    on_path = (shutil.which(name) for name in NAMES)
    on_macos = (path for path in MACOS if Path(path).exists())
    return named or next((path for path in (*on_path, *on_macos) if path), None)


def can_install_chromium() -> bool:
    """Whether this is a Debian-like machine and we may install packages on it."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install_chromium() -> None:
    """Ask `apt-get` for Chromium and a font; whether it came is for `find_chromium` to say."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *PACKAGES],
    ):
        subprocess.run(
            command,
            env=quiet,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=False,
        )


if __name__ == "__main__":
    if find_chromium() is None and can_install_chromium():
        print("Installing Chromium for the browser tests ...")
        install_chromium()
    if find_chromium() is None:
        print(NOT_FOUND)
