"""`make audit`: are there known vulnerabilities in what requirements.lock names? Says loudly where nobody could tell.

pip-audit asks the index that vulnerabilities are told by. Where it cannot, it ends as it does for a finding, by 1; this
ends by 2 then, so that a build cannot take "not asked" for "found nothing", nor for a finding.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

LOCK: Final = "requirements.lock"
HOW: Final = ("--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off")
SECONDS: Final = 300
CLEAN, VULNERABLE, NOT_AUDITED = 0, 1, 2


def main(tool: str, lock: str = LOCK) -> int:
    """Run the tool over a lock and print what came of it; the exit status."""
    asked = [tool, "--requirement", lock, *HOW]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return _not_audited(type(error).__name__)
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return _not_audited(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "it said nothing")
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if skipped or not packages:
        return _not_audited(f"nothing is known of {', '.join(skipped) or 'any package'}")
    return _told(packages)


def _told(packages: list[dict[str, Any]]) -> int:
    found = [(package, each) for package in packages for each in package.get("vulns", ())]
    for package, each in found:
        fixed = ", ".join(each.get("fix_versions", ())) or "no version yet"
        print(f"{package['name']} {package['version']}: {each['id']}, mended in {fixed}")
    print(f"{len(packages)} packages of {LOCK} were looked at; {len(found)} known vulnerabilities.")
    return VULNERABLE if found else CLEAN


def _not_audited(why: str) -> int:
    line = "!" * 100
    print(f"{line}\nNOT AUDITED. Nothing is known of vulnerabilities: {why[:300]}\n{line}", file=sys.stderr)
    return NOT_AUDITED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *(str(Path(each)) for each in sys.argv[2:])))
