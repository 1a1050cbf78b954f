"""`serve`, but developers may ask about every synthetic person, as in `dev`: for journeys that are about systems, not
about rights."""

from gateway.cli import _run, _settings
from gateway.http.graphiql import GraphiqlSettings
from gateway.logs import configure_logs
from gateway.running import serve_until_told


def main() -> None:
    settings = _settings()
    configure_logs(settings.log_format)

    async def work() -> None:
        await serve_until_told(
            settings,
            graphiql=GraphiqlSettings(),
            ready=lambda url: print(f"tamin-gateway listens on {url}", flush=True),  # noqa: T201
            sandbox=True,
        )

    _run(work)


if __name__ == "__main__":
    main()
