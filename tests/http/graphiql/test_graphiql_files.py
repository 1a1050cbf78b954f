"""What is committed: files that ask no other host, a lock file that names no registry, whole examples."""

import json
import re
from pathlib import Path

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, parse, validate
from graphql.execution.values import get_variable_values

import gateway.http.graphiql
from gateway.http.graphiql import EXAMPLES, Example
from gateway.schema import build_schema

FOLDER = Path(gateway.http.graphiql.__file__).parent

# Hosts that stand in the script as text: names of XML, links that only a click follows, addresses in messages.
TEXT_ONLY = {
    "codemirror.net",  # a link in the dialog of shortcuts
    "commonmark.org",  # in the errors of markdown-it
    "en.wikipedia.org",  # in an error of graphql-js
    "github.com",  # the link of GraphiQL's own logo, which the page replaces
    "react.dev",  # in the errors of React
    "www.w3.org",  # names of SVG, MathML and XLink
    "yarnpkg.com",  # in an error of graphql-js
}


def test_the_script_names_only_hosts_that_it_never_asks() -> None:
    script = (FOLDER / "static" / "graphiql.js").read_text(encoding="utf-8")
    hosts = {host.lower() for host in re.findall(r"(?:https?|wss?):\\?/\\?/([A-Za-z0-9.-]+\.[A-Za-z]+)", script)}
    assert hosts <= TEXT_ONLY, f"look at how the script uses {hosts - TEXT_ONLY}"


def test_the_style_sheet_asks_for_nothing_and_brings_no_font() -> None:
    style = (FOLDER / "static" / "graphiql.css").read_text(encoding="utf-8")
    assert "@import" not in style
    assert "@font-face" not in style
    assert [
        url for url in re.findall(r"url\(([^)]{0,40})", style) if not url.strip("\"'").startswith("data:image/")
    ] == []


def test_the_files_stay_small_enough_to_live_in_the_repository() -> None:
    total = sum(path.stat().st_size for path in (FOLDER / "static").iterdir())
    assert total < 3_000_000


def test_the_lock_file_pins_each_package_by_its_hash_and_names_no_registry() -> None:
    lock = json.loads((FOLDER / "source" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: said for name, said in lock["packages"].items() if name}
    assert packages
    assert [name for name, said in packages.items() if "resolved" in said or "integrity" not in said] == []


def test_what_is_shipped_is_what_the_lock_file_pins() -> None:
    lock = json.loads((FOLDER / "source" / "package-lock.json").read_text(encoding="utf-8"))
    pinned = {(name.rpartition("node_modules/")[2], said["version"]) for name, said in lock["packages"].items() if name}
    head = (FOLDER / "static" / "LICENSES.txt").read_text(encoding="utf-8").split("=" * 78)[0]
    shipped = set(re.findall(r"^(\S+) (\d\S*) \(", head, re.MULTILINE))
    assert len(shipped) > 20
    assert shipped <= pinned, f"run build.sh: {shipped - pinned}"


def test_each_example_has_a_title_in_both_languages_and_variables_that_it_declares() -> None:
    assert len(EXAMPLES) >= 7
    for example in EXAMPLES:
        assert re.search(r"[A-Za-z]", example.title), example.name
        assert re.search(r"[آ-ی]", example.title_fa), example.name
        given = set(json.loads(example.variables)) if example.variables else set()
        head = example.query.split("{", 1)[0]
        assert given == set(re.findall(r"\$(\w+):", head)), example.name


@pytest.fixture(scope="module")
def graph() -> GraphQLSchema:
    return build_schema()._schema


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_each_example_is_valid_in_the_schema_and_so_are_its_variables(graph: GraphQLSchema, example: Example) -> None:
    document = parse(example.query)
    assert [error.message for error in validate(graph, document)] == []
    operation = next(part for part in document.definitions if isinstance(part, OperationDefinitionNode))
    given = json.loads(example.variables) if example.variables else {}
    refusals = get_variable_values(graph, operation.variable_definitions or (), given)
    # One example is there to be refused.
    assert isinstance(refusals, list) == (example.name == "07_wrong_check_digit")
