"""Lines of the log: all of them, in their order, and the bad ones at once."""

import asyncio
import io
import json
import subprocess
import sys

from gateway import logs
from gateway.logs import Lines, as_json

PROGRAM = """
import asyncio, structlog
from gateway.logs import configure_logs

async def main():
    structlog.get_logger("here").info("first", number=1)
    structlog.get_logger("there").info("second", text="پرداخت")

configure_logs("json")
asyncio.run(main())
asyncio.run(main())
structlog.get_logger("here").error("last")
structlog.get_logger("here").info("alone")
asyncio.run(main())
"""


def written(stream: io.BytesIO) -> list[str]:
    return stream.getvalue().decode().splitlines()


async def test_lines_of_a_moment_are_written_together_and_a_warning_at_once() -> None:
    stream = io.BytesIO()
    lines = Lines(stream)
    lines.info(b"a")
    lines.info(b"b")
    assert written(stream) == []
    lines.warning(b"c")
    assert written(stream) == ["a", "b", "c"]
    lines.info(b"d")
    await asyncio.sleep(logs.MOMENT * 3)
    assert written(stream) == ["a", "b", "c", "d"]


async def test_many_lines_do_not_wait() -> None:
    stream = io.BytesIO()
    lines = Lines(stream)
    for _ in range(logs.MOST_LINES + 1):
        lines.info(b"a")
    assert len(written(stream)) == logs.MOST_LINES


def test_a_stream_that_is_closed_breaks_nothing() -> None:
    stream = io.BytesIO()
    lines = Lines(stream)
    stream.close()
    lines.info(b"a")


def test_whatever_a_line_holds_is_json() -> None:
    for odd in (object(), {1: 2}, {("a",): 1}, "half \ud800", b"bytes", 2**70, {1, 2}, float("nan")):
        assert json.loads(as_json({"event": "x", "odd": odd}))["event"] == "x"


def test_no_line_is_lost_when_the_process_ends() -> None:
    said = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    events = [json.loads(line) for line in said.stderr.splitlines()]
    assert [event["event"] for event in events] == [*["first", "second"] * 2, "last", "alone", "first", "second"]
    assert events[0]["level"] == "info"
    assert events[1]["text"] == "پرداخت"
