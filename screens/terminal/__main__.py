"""`python -m screens.terminal` is the `antiphon` command."""

import sys

from screens.terminal.command import main

if __name__ == "__main__":
    sys.exit(main())
