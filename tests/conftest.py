"""What every suite shares: the real servers, and the law that a skip must be one of those the repository lists."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.servers.plugin"]

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
