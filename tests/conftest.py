"""What every suite shares: the real servers."""

pytest_plugins = ["tests.servers.plugin"]
