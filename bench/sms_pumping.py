"""What an SMS pumping attack costs, and how many honest people it holds up: `make bench-sms-pumping`.

10,000 requests over 50 prefixes within a day, on an install with a week of honest traffic behind it, while honest
people go on (bench/_sms_traffic.py tells how both are made). The attack solves its proofs of work. The thresholds of
verification/pumping.py were not set on these seeds. The last line is the ratio of messages got to messages asked for.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from config.lib import embedded


def main() -> int:
    """Give it servers of its own, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="11,12,13", help="of the populations, with commas between")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        os.environ |= {"GATEHOUSE_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
        with embedded.running(home):
            subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True)
            played = [sys.executable, "-m", "bench._sms_played", chosen.seeds]
            return subprocess.run(played, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
