"""Where the published sets are: in ``OUTREACH_BENCH``, or beside the repository."""

import os
from pathlib import Path

BENCH = Path(os.environ.get("OUTREACH_BENCH", Path(__file__).parents[2] / "shared" / "data" / "bench"))
