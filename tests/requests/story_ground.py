"""The ground that a story stands on, which is killed and lived again: a folder of its own, quick tries, and every
commit told of."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gateway.domain.clock import SystemClock
from gateway.loading.keyring import Keyring
from gateway.requests.database import Database
from gateway.requests.engine import EngineSettings, Observer
from gateway.requests.ground import Ground, open_ground
from gateway.requests.settings import RequestSettings

KEYRING = Keyring(b"k" * 32)


def folder_of(place: dict[str, Any]) -> Path:
    """`folder` has one for each `story`."""
    folder = Path(place["folder"], place["story"])
    folder.mkdir(exist_ok=True)
    return folder


def settings_in(folder: Path, **more: Any) -> RequestSettings:
    return RequestSettings(
        store=f"sqlite:///{folder}/requests.db",
        documents=(folder / "documents").as_uri(),
        retry_first_seconds=0.05,
        engine=EngineSettings(claim_seconds=1.0, poll_seconds=0.05),
        **more,
    )


@asynccontextmanager
async def story_ground(
    settings: RequestSettings, observe: Observer, keyring: Keyring = KEYRING, metadata: Sequence[sa.MetaData] = ()
) -> AsyncIterator[Ground]:
    async with open_ground(settings, keyring, SystemClock(), metadata=metadata, observe=observe) as ground:
        _commits_observed(ground.database, observe)
        yield ground


def steps_of(ground: Ground) -> dict[str, tuple[str, ...]]:
    """Of each flow."""
    return {flow.name: tuple(flow.steps) for flow in ground.engine.flows.values()}


def _commits_observed(database: Database, observe: Observer) -> None:
    """Tells of every transaction, just before its commit and just after: so that whoever begins something can be
    killed there too, which the engine does not see."""
    writing = database.writing

    @contextlib.asynccontextmanager
    async def observed() -> AsyncIterator[Any]:
        async with writing() as connection:
            yield connection
            observe("database", "transaction", "uncommitted")
        observe("database", "transaction", "committed")

    database.writing = observed  # type: ignore[method-assign]
