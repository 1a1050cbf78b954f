"""A replica's side of the pipes: a question a line on standard input, its answer on standard output, any order.

It ends with its input. What a question raises is told as `failed`, so that nobody waits for it.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from gateway.logs import configure_logs

Answering = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


def run(main: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]) -> None:
    """With the place that the command line names."""
    configure_logs("json")  # to standard error: the other one is where answers are told
    asyncio.run(main(json.loads(sys.argv[1])))


async def answer_all(answering: Answering) -> None:
    """`ms` is how long the answer took."""
    under_way: set[asyncio.Task[None]] = set()

    async def one(question: dict[str, Any]) -> None:
        number, began = question.pop("number"), time.perf_counter()
        try:
            said = await answering(question)
        except Exception as problem:
            said = {"failed": f"{question['do']}: {type(problem).__qualname__}: {problem}"}
        _tell(said | {"number": number, "ms": (time.perf_counter() - began) * 1000})

    _tell({"ready": True})
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        task = asyncio.create_task(one(json.loads(line)))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    await asyncio.gather(*under_way)


def _tell(said: dict[str, Any]) -> None:
    print(json.dumps(said), flush=True)  # noqa: T201
