"""A transaction that is cancelled in the middle of a question, while somebody still holds a cursor of its own."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

LONG = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 500000) SELECT max(x) FROM n"


async def broken_off(
    writing: Callable[[], AbstractAsyncContextManager[AsyncConnection]], change: sa.Executable
) -> list[Any]:
    """What is still held, as a traceback holds it: a cursor that was not read to its end."""
    asking, held = asyncio.Event(), []

    async def work() -> None:
        async with writing() as connection:
            await connection.execute(change)
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver
            held.append(await driver.execute("SELECT 1 UNION SELECT 2"))
            asking.set()
            await connection.execute(sa.text(LONG))

    task = asyncio.create_task(work())
    await asking.wait()
    await asyncio.sleep(0.01)  # in the middle of the question
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return held
