"""`serve --trusted-documents`: a manifest that cannot be trusted stops the start with a sentence."""

from pathlib import Path

import orjson
import pytest

from tests.start.test_commands import run
from tests.start.test_settings import ENOUGH


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "manifest.json:1: is not JSON"),
        (
            orjson.dumps({"abc": "query Mine { me { nickname } }"}),
            "the trusted document 'abc', operation Mine, line 1: Cannot query field 'nickname' on type 'Person'.",
        ),
        (
            orjson.dumps({"abc": "query Mine { me { identity { firstName } } }"}),
            "the trusted document 'abc', operation Mine, could never run: ",
        ),
    ],
)
def test_a_manifest_that_cannot_be_trusted_stops_the_start(tmp_path: Path, content: bytes, said: str) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(content)
    kinds = ("citizen", "employer", "agency", "developer", "operator")
    poor = orjson.dumps({kind: {"field_cost": 5} for kind in kinds}).decode()
    more = {"TAMIN_AUDIT__STORE": f"sqlite:///{tmp_path}/record.db", "TAMIN_LIMITS": poor}
    refused = run("serve", "--trusted-documents", str(manifest), **ENOUGH, **more)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "listens on" not in refused.stdout
