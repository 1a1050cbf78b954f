"""`make mutants`: plants each defect in a copy of the code and runs the proofs that should find it; none may survive.

`make mutants ARGS=executor` plants those of one suite.
"""

import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.executor.mutants.defects import DEFECTS as OF_THE_EXECUTOR
from tests.mutants.defect import ROOT, Defect
from tests.rights.mutants.defects import DEFECTS as OF_RIGHTS

FOLDERS = ("gateway", "adapters", "executor", "twin", "tests", "contracts", "docs")
FILES = ("pyproject.toml", "schema.graphql")
SECONDS = 600


@dataclass(frozen=True)
class Suite:
    """`proofs` are tried in turn: paths and options of pytest. The random ones run fewer cases than have floors."""

    name: str
    defects: tuple[Defect, ...]
    proofs: tuple[tuple[str, ...], ...]
    env: Mapping[str, str]


SUITES = (
    Suite(
        "rights",
        OF_RIGHTS,
        (
            ("tests/rights/property",),
            (
                "tests/rights",
                "tests/operation/test_admission.py",
                "tests/resolvers",
                "--deselect",
                "tests/rights/property",
            ),
        ),
        {"RIGHTS_CASES": "1200", "RIGHTS_SEED": "1"},
    ),
    Suite(
        "executor",
        OF_THE_EXECUTOR,
        (("tests/executor", "--deselect", "tests/executor/oracle"), ("tests/executor/oracle",)),
        {"EXECUTOR_CASES": "400", "EXECUTOR_SEED": "1"},
    ),
)


@dataclass(frozen=True)
class Fate:
    """`killed_by` names the first test that failed; None for a survivor."""

    suite: Suite
    defect: Defect | None
    killed_by: str | None
    seconds: float
    broken: str | None = None


def main(*names: str) -> int:
    there_are = [suite.name for suite in SUITES]
    if unknown := set(names).difference(there_are):
        print(f"No such suite: {', '.join(sorted(unknown))}; there are {', '.join(there_are)}", file=sys.stderr)  # noqa: T201
        return 2
    suites = [suite for suite in SUITES if not names or suite.name in names]
    planted: list[tuple[Suite, Defect | None]] = [
        (suite, defect) for suite in suites for defect in (None, *suite.defects)
    ]
    width = max(len(defect.name) for _, defect in planted if defect)
    alive = 0
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("MUTANTS_AT_ONCE", "2"))) as pool:
        for fate in pool.map(lambda each: fate_of(*each), planted):
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
    print(f"{sum(len(suite.defects) for suite in suites)} defects planted, {alive} not killed")  # noqa: T201
    return 1 if alive else 0


def fate_of(suite: Suite, defect: Defect | None) -> Fate:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutant-") as place:
        copy = Path(place)
        for folder in FOLDERS:
            shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        for file in FILES:
            shutil.copy(ROOT / file, copy / file)
        if defect:
            defect.plant(copy)
        for proofs in suite.proofs:
            killed_by, broken = _proved(copy, proofs, suite.env)
            if killed_by or broken:
                break
    return Fate(suite, defect, killed_by, time.monotonic() - began, broken)


def _proved(copy: Path, proofs: tuple[str, ...], env: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The first test that fails, or why nothing could be tested. The copy's own code is what is imported."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--no-header", "-rf"]
    command += proofs
    try:
        run = subprocess.run(
            command,
            cwd=copy,
            env=os.environ | env | {"PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return None, f"no end within {SECONDS} s"
    if run.returncode == 0:
        return None, None
    failed = [line for line in run.stdout.splitlines() if line.startswith("FAILED ")]
    if run.returncode != 1 or not failed:
        return None, (run.stdout + run.stderr)[-600:]
    return failed[0].removeprefix("FAILED ").partition(" - ")[0], None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
