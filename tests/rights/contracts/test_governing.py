"""What the gateway reads of contracts and registers when it starts."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from structlog.testing import capture_logs

from gateway.domain.clock import TEHRAN, SystemClock
from gateway.rights.grantable import Grantable
from gateway.sandbox.papers import papers
from gateway.settings import Settings
from gateway.wiring import governed
from tests.rights.contracts.conftest import SHIPPED


def settings(contracts: Path | None, registers: Path | None) -> Settings:
    return cast(Settings, SimpleNamespace(contracts=contracts, registers=registers, reread_seconds=60))


async def test_the_sandbox_comes_with_contracts_and_their_registers(
    grantable: Grantable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TAMIN_CONTRACTS", raising=False)
    monkeypatch.delenv("TAMIN_REGISTERS", raising=False)
    with capture_logs() as lines:
        async with governed(settings(**papers()), SystemClock(), grantable, sandbox=True) as held:
            today = SystemClock().now().astimezone(TEHRAN).date()
            assert all(contract.in_force(today) for contract in held.contracts.all())
            assert held.contracts.for_client("court")
    assert lines == []


def test_the_environment_names_other_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMIN_CONTRACTS", "/elsewhere")
    monkeypatch.delenv("TAMIN_REGISTERS", raising=False)
    assert papers().keys() == {"registers"}


async def test_without_folders_there_is_nothing(grantable: Grantable) -> None:
    async with governed(settings(None, None), SystemClock(), grantable) as held:
        assert held.contracts.all() == ()


async def test_a_bad_file_keeps_the_gateway_from_starting(grantable: Grantable, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("name = 1\n")
    with pytest.raises(RuntimeError, match=r"bad.toml:1: "):
        async with governed(settings(tmp_path, None), SystemClock(), grantable):
            raise AssertionError


async def test_missing_registers_keep_the_gateway_from_starting(grantable: Grantable, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"protected.csv:1: it cannot be read"):
        async with governed(settings(None, tmp_path), SystemClock(), grantable):
            raise AssertionError


async def test_a_contract_whose_register_is_not_there_is_told(grantable: Grantable, tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "relief.toml", tmp_path)
    with capture_logs() as lines:
        async with governed(settings(tmp_path, None), SystemClock(), grantable):
            pass
    assert [(line["event"], line["register"]) for line in lines] == [("contract.covers_nobody", "relief")]
