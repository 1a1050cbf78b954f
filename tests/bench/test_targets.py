"""Who is measured, and with which settings."""

from pathlib import Path

import pytest

from bench.proofs import Holder
from bench.targets import ALL, Place, Target, with_engines


@pytest.fixture
def place(tmp_path: Path) -> Place:
    databases = {"directory": "postgresql://doors", "branches": {"0070": {"url": "u", "encoding": "cp1256"}}}
    twin = {
        "issuer": dict.fromkeys(
            ("url", "audience", "jwks_url", "introspection_url", "client_id", "client_secret"), "x"
        ),
        "civil_registry": {"url": "http://127.0.0.1:1/path", "username": "u", "password": "p"},
        "bank_refah": {"url": "http://127.0.0.1:2"},
        "labour_ministry": {"url": "http://127.0.0.1:3"},
        "medical_commission": {"url": "http://127.0.0.1:5"},
        "branch_databases": databases | {"direct": databases | {"directory": "postgresql://direct"}},
    }
    holder: Holder = object.__new__(Holder)
    holder.token = "bound"
    return Place(
        folder=tmp_path,
        twin=twin,
        redis="redis://127.0.0.1:4/0",
        token="plain",
        holder=holder,
        node=None,
        node_folder=tmp_path,
        records={"0013542419": 24},
    )


def test_ours_is_measured_once_for_each_engine() -> None:
    made = with_engines([ALL["ours"], ALL["apollo"]], ["compiled", "reference"], {"TAMIN_X": "1"})
    assert [target.name for target in made] == ["ours@compiled", "ours@reference", "apollo"]
    assert made[1].environment == {"TAMIN_EXECUTION__ENGINE": "reference", "TAMIN_X": "1"}
    assert made[1].caller == "token"
    assert made[2] is ALL["apollo"]


def test_cold_is_without_memory_and_warm_with_redis(place: Place) -> None:
    ours = ALL["ours"]
    assert ours.variables(1, place, warm=False)["TAMIN_MEMORY"] == "off"
    assert ours.variables(1, place, warm=True)["TAMIN_MEMORY"] == place.redis
    assert ALL["ours-process"].variables(1, place, warm=True)["TAMIN_MEMORY"] == "process"
    assert ALL["apollo"].variables(1, place, warm=True)["WARM"] == "1"


def test_only_a_guarded_gateway_is_shown_a_token(place: Place) -> None:
    def shown(target: Target) -> list[str]:
        return target.headers(place)

    assert shown(ALL["ours"]) == ["authorization: Bearer plain"]
    assert shown(ALL["ours-dpop"]) == ["authorization: DPoP bound"]
    assert [shown(ALL[name]) for name in ("ours-open", "strawberry", "apollo")] == [[], [], []]


def test_the_twin_is_described_with_or_without_its_doors(place: Place) -> None:
    assert place.description["branch_databases"]["directory"] == "postgresql://direct"
    behind = Place(**{**{f: getattr(place, f) for f in Place.__dataclass_fields__}, "direct": False})
    assert behind.description["branch_databases"]["directory"] == "postgresql://doors"
    assert "direct" not in behind.description["branch_databases"]
