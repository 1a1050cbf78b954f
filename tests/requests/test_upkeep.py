"""What is kept no longer than it is needed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.requests.desk import AlreadyRequested, Invalid
from gateway.requests.tables import DOCUMENTS, KEYS, RUNS
from gateway.schema import build_schema
from tests.requests.fakes import PDF, Counter, counter
from tests.requests.test_asking import rows
from tests.resolvers.conftest import SARA, World


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Counter]:
    async with counter(tmp_path, World(build_schema())) as made:
        yield made


async def test_an_upload_that_no_request_names_goes_and_one_that_is_named_stays(desk: Counter, tmp_path: Path) -> None:
    await desk.accepted()
    loose = (await desk.desk.documents.add(SARA, PDF)).id
    folder = tmp_path / "documents"
    assert len(list(folder.iterdir())) == 2
    desk.clock.move(days=8)
    await desk.ground.engine.run_due()
    assert [file.name for file in folder.iterdir()] == [desk.certificate]
    assert not await desk.desk.documents.all_of(SARA, [loose])
    assert await rows(desk, DOCUMENTS) == 1
    assert (await desk.desk.documents.enclosures([desk.certificate]))[0].content == PDF


async def test_a_document_that_goes_between_check_and_commit_is_no_certificate(
    desk: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def there(*_: Any) -> bool:
        return True

    monkeypatch.setattr(desk.desk.documents, "all_of", there)
    answer = await desk.ask(certificate="0" * 32)
    assert isinstance(answer, Invalid)
    assert await rows(desk, KEYS) == 0


async def test_a_key_is_forgotten_after_its_days(desk: Counter) -> None:
    request = await desk.accepted()
    desk.clock.move(days=29)
    await desk.ground.engine.run_due()
    assert (await desk.accepted()).id == request.id
    desk.clock.move(days=2)
    await desk.ground.engine.run_due()
    assert isinstance(await desk.ask(), AlreadyRequested)


async def test_replicas_share_one_run_of_it(tmp_path: Path) -> None:
    schema = build_schema()
    async with counter(tmp_path, World(schema)), counter(tmp_path, World(schema)) as second:
        assert await rows(second, RUNS) == 1
