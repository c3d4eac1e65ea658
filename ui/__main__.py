"""`python -m ui` is `rolewright`."""

import sys

from ui.cli import main

sys.exit(main())
