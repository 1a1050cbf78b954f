"""`tamin-gateway explain`, as a developer runs it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app

DOCUMENT = """query Names($ids: [PersonRef!]!) { persons(nationalIds: $ids) { person { identity { firstName } } } }
query Mine { me { pension { kind } } }"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "operation.graphql"
    path.write_text(DOCUMENT)
    return path


def explain(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["explain", *map(str, arguments)])


def rows(result: Result) -> dict[str, list[str]]:
    lines = [line.split("  ") for line in result.output.splitlines()]
    return {line[0].strip(): [word.strip() for word in line[1:] if word.strip()] for line in lines}


def test_cost_and_calls_are_told_against_the_limits_of_a_caller(file: Path, tmp_path: Path) -> None:
    (tmp_path / "variables.json").write_text('{"ids": ["a", "b", "c"]}')
    result = explain(file, "--name", "Names", "--variables", f"@{tmp_path / 'variables.json'}", "--as", "agency")
    assert result.exit_code == 0
    assert rows(result) == {
        "type cost": [str(1 + 3 * 3), "of 250,000"],
        "field cost": [str(1 + 3 * 21), "of 250,000"],
        "calls to CIVIL_REGISTRY": ["3", "of 2,000"],
        "calls to BANK_REFAH": ["0", "of 1,000"],
        "calls to LABOUR_MINISTRY": ["0", "of 200"],
        "calls to BRANCH_DATABASES": ["4", "of 20,000"],
        "calls to REGISTRY_EVENTS": ["0", "of 200"],
        "calls to INSURANCE_FUNDS": ["0", "of 200"],
        "calls to FINANCE": ["0", "of 200"],
        "persons": ["3"],
    }


def test_what_is_over_its_limit_fails_the_command(file: Path) -> None:
    ids = ",".join(["1"] * 60)
    result = explain(file, "--name", "Names", "--variables", f'{{"ids": [{ids}]}}')
    assert result.exit_code == 1
    assert rows(result)["calls to CIVIL_REGISTRY"] == ["60", "of 50", "over its limit"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--name", "Names"],
        ["--name", "Nobody's"],
        [],
        ["--name", "Mine", "--variables", "[1]"],
        ["--name", "Mine", "--variables", "{0013542419"],
    ],
)
def test_what_would_not_run_is_not_explained(file: Path, arguments: list[str]) -> None:
    result = explain(file, *arguments)
    assert result.exit_code == 2
    assert "0013542419" not in result.output
    assert result.output.strip()
