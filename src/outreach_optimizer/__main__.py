"""``python -m outreach_optimizer`` is ``outreach``."""

import sys

from outreach_optimizer.cli import main

if __name__ == "__main__":
    sys.exit(main())
