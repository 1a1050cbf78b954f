"""`make mutants`: plants each defect in a copy of the code and runs the proofs of rights; none may survive."""

import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.rights.mutants.defects import DEFECTS, ROOT, Defect

FOLDERS = ("gateway", "adapters", "twin", "tests", "contracts", "docs")
FILES = ("pyproject.toml", "schema.graphql")
SECONDS = 600
# The property first, with fewer cases than have floors: what it finds needs no other test.
PROOFS = (("tests/rights/property",), ("tests/rights", "tests/operation/test_admission.py", "tests/resolvers"))
CASES = "1200"


@dataclass(frozen=True)
class Fate:
    """`killed_by` names the first test that failed; None for a survivor."""

    defect: Defect | None
    killed_by: str | None
    seconds: float
    broken: str | None = None


def main() -> int:
    width = max(len(defect.name) for defect in DEFECTS)
    alive = 0
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("MUTANTS_AT_ONCE", "2"))) as pool:
        for fate in pool.map(fate_of, (None, *DEFECTS)):
            if fate.defect is None:
                if fate.killed_by or fate.broken:
                    print(f"The code without any defect fails: {fate.killed_by or fate.broken}", flush=True)  # noqa: T201
                    pool.shutdown(cancel_futures=True)
                    return 1
                continue
            said = "BROKEN" if fate.broken else "killed" if fate.killed_by else "SURVIVED"
            line = (
                f"{fate.defect.name:<{width}}  {said:<8}  {fate.seconds:5.0f} s  {fate.broken or fate.killed_by or ''}"
            )
            print(line, flush=True)  # noqa: T201
            alive += not fate.killed_by
    print(f"{len(DEFECTS)} defects planted, {alive} not killed")  # noqa: T201
    return 1 if alive else 0


def fate_of(defect: Defect | None) -> Fate:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutant-") as place:
        copy = Path(place)
        for folder in FOLDERS:
            shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        for file in FILES:
            shutil.copy(ROOT / file, copy / file)
        if defect:
            defect.plant(copy)
        for proofs in PROOFS:
            killed_by, broken = _proved(copy, proofs)
            if killed_by or broken:
                break
    return Fate(defect, killed_by, time.monotonic() - began, broken)


def _proved(copy: Path, proofs: tuple[str, ...]) -> tuple[str | None, str | None]:
    """The first test that fails, or why nothing could be tested. The copy's own code is what is imported."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--no-header", "-rf"]
    command += ["--deselect", "tests/rights/mutants", *proofs]
    command += ["--deselect", "tests/rights/property"] * (proofs is PROOFS[1])
    env = os.environ | {"PYTHONPATH": str(copy), "RIGHTS_CASES": CASES, "RIGHTS_SEED": "1"}
    try:
        run = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return None, f"no end within {SECONDS} s"
    if run.returncode == 0:
        return None, None
    failed = [line for line in run.stdout.splitlines() if line.startswith("FAILED ")]
    if run.returncode != 1 or not failed:
        return None, (run.stdout + run.stderr)[-600:]
    return failed[0].removeprefix("FAILED ").partition(" - ")[0], None


if __name__ == "__main__":
    sys.exit(main())
