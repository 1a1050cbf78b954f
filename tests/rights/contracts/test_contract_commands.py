"""The commands that people use to write, read and compare contracts."""

import datetime
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate
from typer.testing import CliRunner, Result

from gateway import contract_commands
from gateway.cli import app
from tests.rights.contracts.conftest import SHIPPED, SOUND

Written = Callable[..., Path]


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["contract", *map(str, words)], env={"TAMIN_CONTRACTS": str(SHIPPED)})


def test_check_has_a_line_for_each_sound_contract() -> None:
    result = run("check", SHIPPED)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["ok", "court"], ["ok", "insurance-fund"], ["ok", "relief"]]


def test_check_tells_everything_that_is_wrong_by_file_and_line(written: Written, tmp_path: Path) -> None:
    path = written(a=("rate_per_minute = 10", "rate_per_minute = 10\nhurry = true"))
    other = written(
        "other.toml",
        a=("expires = 2027-10-31", "expires = 2028-10-31"),
        b=("Identity.firstName", "Identity.nickname"),
        c=('name = "archive"', 'name = "other"'),
        d=('["archive", "archive-batch"]', '["other"]'),
    )
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert re.findall(r"^(.+):(\d+): ", result.stdout, re.MULTILINE) == [
        (str(path), "5"),
        (str(other), "7"),
        (str(other), "13"),
    ]


def test_check_tells_a_contract_that_has_ended(
    written: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written()

    class Later:
        def now(self) -> datetime.datetime:
            return datetime.datetime(2027, 10, 31, 21, tzinfo=datetime.UTC)  # the next day in Tehran

    monkeypatch.setattr(contract_commands, "SystemClock", Later)
    result = run("check", tmp_path)
    assert result.exit_code == 1
    assert f"{path}:7: it ended on 2027-10-31" in result.stdout


def test_check_of_no_folder_and_of_an_empty_one(tmp_path: Path) -> None:
    assert run("check", tmp_path / "nowhere").exit_code == 2
    empty = run("check", tmp_path)
    assert empty.exit_code == 0
    assert "no contract" in empty.stdout


def test_show_has_parties_terms_fields_scopes_and_a_query_that_is_valid(graph: GraphQLSchema) -> None:
    result = run("show", "court")
    assert result.exit_code == 0
    for said in ("سازمان تأمین اجتماعی", "دادگاه خانواده", "5000 persons", "2026-11-01 to 2027-10-31", "legal basis"):
        assert said in result.stdout
    assert re.search(
        r"^scopes +certificates:read certificates:redeem graph identity:read insurance:read pension:read$",
        result.stdout,
        re.MULTILINE,
    )
    assert re.search(r"identity\n[│ ]+├── death\n[│ ]+├── firstName", result.stdout)
    query = result.stdout.partition("# A sample query")[2]
    assert validate(graph, parse(query)) == []


def test_show_schema_prints_the_agencys_own() -> None:
    result = run("show", "relief", "--schema")
    part = build_schema(result.stdout)
    assert "Pension" not in part.type_map
    assert set(part.type_map["Query"].fields) == {"person"}  # type: ignore[attr-defined]


def test_show_of_a_name_that_is_not_there() -> None:
    result = run("show", "nobody")
    assert result.exit_code == 2
    assert "no contract of the name nobody" in result.stderr


def test_diff_says_what_becomes_visible_what_vanishes_and_which_terms_are_others(
    written: Written, tmp_path: Path
) -> None:
    old = written("old.toml")
    new = written(
        "new.toml",
        a=("Identity.firstName", "Identity.lastName"),
        b=("daily_quota = 100", "daily_quota = 500"),
        c=("expires = 2027-10-31", "expires = 2027-06-30"),
    )
    result = run("diff", old, new)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "+ Identity.lastName  becomes newly visible",
        "- Identity.firstName  vanishes",
        "~ daily quota: 100 persons -> 500 persons",
        "~ valid: 2026-11-01 to 2027-10-31 -> 2026-11-01 to 2027-06-30",
    ]


def test_diff_without_a_newly_visible_field_is_no_alarm(written: Written) -> None:
    old = written("old.toml", a=('"Identity.firstName",', '"Identity.firstName", "Identity.lastName",'))
    new = written("new.toml")
    fewer = run("diff", old, new)
    assert (fewer.exit_code, fewer.stdout) == (0, "- Identity.lastName  vanishes\n")
    same = run("diff", new, new)
    assert (same.exit_code, same.stdout) == (0, "the two mean the same\n")


def test_diff_reads_an_old_contract_whose_fields_have_left_the_graph(written: Written) -> None:
    old = written("old.toml", a=("Identity.firstName", "Identity.nickname"))
    result = run("diff", old, written("new.toml"))
    assert result.exit_code == 1
    assert "- Identity.nickname  vanishes" in result.stdout


def test_diff_refuses_a_new_contract_that_is_not_sound(written: Written) -> None:
    new = written("new.toml", a=("Identity.firstName", "Identity.nickname"))
    result = run("diff", written("old.toml"), new)
    assert result.exit_code == 2
    assert f"{new}:13: Identity.nickname is no field of the schema" in result.stderr


def test_diff_takes_names_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(SOUND, encoding="utf-8")
    result = run("diff", "archive", "archive", "--folder", tmp_path)
    assert (result.exit_code, result.stdout) == (0, "the two mean the same\n")
