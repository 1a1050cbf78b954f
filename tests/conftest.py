"""What every suite shares: the real servers, and the law that a skip must be one of those the repository lists."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.servers.plugin"]

# `make check` draws the same examples each time; `make check-full` draws fresh ones, and prints how to draw them again.
settings.register_profile("check", derandomize=True)
settings.register_profile("full", derandomize=False, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "check"))

SKIPS = Path(__file__).with_name("skips.txt")


def allowed_skips() -> set[str]:
    return {line for line in SKIPS.read_text().splitlines() if line and not line.startswith("#")}


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails a run that skipped a test for any other reason; says what was skipped, since that was not tested."""
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput"):
        return
    reasons = {report.longrepr[2].removeprefix("Skipped: ") for report in reporter.stats.get("skipped", ())}
    for reason in sorted(reasons - allowed_skips()):
        reporter.write_line(f"a skip that tests/skips.txt does not list: {reason}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
