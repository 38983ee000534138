"""Give this checkout's virtual environment an `antiphon` command that works from any folder.

Run by `make setup` with the environment's own Python, or by hand: `python .setup/install_command.py`.
Antiphon is never installed as a package, so the command puts the checkout first on the path.
"""

import os
import sysconfig
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

PROGRAM = """\
import sys

sys.path[0] = {checkout!r}

from screens.terminal import main

if __name__ == "__main__":
    sys.exit(main())
"""

# A shebang can hold neither a space nor a long path, so the shell finds the Python beside itself.
UNIX_FIRST_LINES = """\
#!/bin/sh
'''exec' {python} "$0" "$@"
' '''
"""

# `python -x` skips this first line, which is the Windows shell's and not Python's.
WINDOWS_FIRST_LINE = '@"%~dp0python.exe" -x "%~f0" %* & exit /b\n'


def quote_for_shell(path: Path) -> str:
    """Return the path in double quotes, safe inside the triple-quoted shell line."""
    text = str(path)
    for character in '\\"$`':
        text = text.replace(character, "\\" + character)
    return f'"{text}"'


def install_command() -> Path:
    """Write the command beside the environment's Python, and return where it is."""
    scripts = Path(sysconfig.get_path("scripts"))
    program = PROGRAM.format(checkout=str(CHECKOUT))
    if os.name == "nt":
        command = scripts / "antiphon.cmd"
        command.write_text(WINDOWS_FIRST_LINE + program, encoding="utf-8")
        return command
    command = scripts / "antiphon"
    first_lines = UNIX_FIRST_LINES.format(python=quote_for_shell(scripts / "python"))
    command.write_text(first_lines + program, encoding="utf-8")
    command.chmod(0o755)
    return command


if __name__ == "__main__":
    print(f"The command `antiphon` is {install_command()}")
