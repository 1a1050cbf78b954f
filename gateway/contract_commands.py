"""tamin-gateway contract: check, show, diff. Needs no settings and asks no system."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from graphql import GraphQLSchema, print_schema
from rich.console import Console
from rich.tree import Tree

from gateway.domain.clock import TEHRAN, SystemClock
from gateway.operation.engine import graph_of
from gateway.rights.contract import Contract
from gateway.rights.contract_changes import changes, terms_of
from gateway.rights.contract_files import read_folder
from gateway.rights.contract_text import ContractError, ContractFile
from gateway.rights.grantable import Grantable
from gateway.rights.scopes import scopes_of_fields
from gateway.schema import build_schema
from gateway.schema.grantable import grantable_of
from gateway.schema.pruning import pruned
from gateway.schema.sample_query import sample_query

commands = typer.Typer(help="Contracts with agencies, as files (docs/guide/agencies.md).", no_args_is_help=True)
errors = Console(stderr=True, highlight=False)

Folder = Annotated[Path, typer.Option("--folder", envvar="TAMIN_CONTRACTS", help="Where the contracts are.")]
CONTRACTS = Path("contracts")
ORGANISATION = "Social Security Organisation (سازمان تأمین اجتماعی)"


@commands.command()
def check(
    folder: Annotated[Path, typer.Argument(envvar="TAMIN_CONTRACTS", help="Where the contracts are.")] = CONTRACTS,
) -> None:
    """Check all contracts: one line each, or FILE:LINE: what is wrong. Exit code 1 where something is."""
    today = SystemClock().now().astimezone(TEHRAN).date()
    files = _read(folder, grantable_of(graph_of(build_schema())))
    for file in files:
        if ended := file.ended(today):
            file.problems.append(ended)
        for problem in sorted(file.problems, key=lambda one: one.line):
            _say(f"{problem.file}:{problem.line}: {problem.sentence}")
        if file.contract is not None and not file.problems:
            contract = file.contract
            said = f"{contract.name:<20}{len(contract.fields):>4} fields  until {contract.expires}"
            _say(f"ok    {said}  version {contract.version[:12]}")
    if not files:
        _say(f"no contract (*.toml) is in {folder}")
    raise typer.Exit(1 if any(file.problems for file in files) else 0)


@commands.command()
def show(
    name: Annotated[str, typer.Argument(help="The name of a contract in the folder, or a file.")],
    folder: Folder = CONTRACTS,
    schema: Annotated[bool, typer.Option("--schema", help="Print the agency's own schema (SDL) instead.")] = False,
) -> None:
    """Print the parties, the terms, the fields, the scopes, and a sample query of a contract."""
    graph = graph_of(build_schema())
    contract = _sound(name, folder, grantable_of(graph))
    part = pruned(graph, contract.fields)
    if schema:
        _say(print_schema(part))
        return
    _say(f"contract between {ORGANISATION}\nand {contract.agency.en} ({contract.agency.fa})\n")
    for term, said in terms_of(contract).items():
        _say(f"{term:<12} {said}")
    _say(f"{'version':<12} {contract.version}")
    _say(f"{'scopes':<12} {' '.join(sorted(scopes_of_fields(contract.fields)))}\n")
    Console(file=sys.stdout, highlight=False, soft_wrap=True).print(_tree(graph, contract))
    _say(f"\n# A sample query\n{sample_query(part)}")


@commands.command()
def diff(
    old: Annotated[str, typer.Argument(help="The contract as it was: a file, or a name in the folder.")],
    new: Annotated[str, typer.Argument(help="The contract as it is to be: a file, or a name in the folder.")],
    folder: Folder = CONTRACTS,
) -> None:
    """Say what changes: fields that become visible (+) or vanish (-), and terms (~).

    Exit code 1 where a field becomes newly visible, 2 where a contract cannot be read, else 0.
    """
    found = changes(_sound(old, folder, None), _sound(new, folder, grantable_of(graph_of(build_schema()))))
    for coordinate in found.newly_visible:
        _say(f"+ {coordinate}  becomes newly visible")
    for coordinate in found.vanished:
        _say(f"- {coordinate}  vanishes")
    for term, before, after in found.terms:
        _say(f"~ {term}: {before} -> {after}")
    if not (found.newly_visible or found.vanished or found.terms):
        _say("the two mean the same")
    raise typer.Exit(1 if found.newly_visible else 0)


def _read(folder: Path, grantable: Grantable | None) -> list[ContractFile]:
    try:
        return read_folder(folder, grantable)
    except ContractError as problem:
        _refuse(f"{problem.file}: {problem.sentence}")


def _sound(name: str, folder: Path, grantable: Grantable | None) -> Contract:
    """The contract of a file or name; ends the command where it has anything wrong."""
    if name.endswith(".toml"):
        files = [ContractFile(Path(name), grantable)]
    else:
        files = [file for file in _read(folder, grantable) if file.contract and file.contract.name == name]
    if not files:
        _refuse(f"{folder} has no contract of the name {name}")
    file = files[0]
    if file.problems or file.contract is None:
        _refuse("\n".join(str(problem) for problem in file.problems))
    return file.contract


def _tree(graph: GraphQLSchema, contract: Contract) -> Tree:
    """What lies under a type is drawn once, where it comes first."""
    grantable = grantable_of(graph)
    tree = Tree("fields")
    drawn: set[str] = set()

    def grow(branch: Tree, types: frozenset[str]) -> None:
        for coordinate in sorted(contract.fields):
            owner, _, name = coordinate.partition(".")
            if owner not in types:
                continue
            twig = branch.add(name)
            below = grantable.groups.get(coordinate, frozenset())
            if below & drawn:
                twig.label = f"{name} (as above)"
            elif below:
                drawn.update(below)
                grow(twig, below)

    grow(tree, grantable.roots)
    return tree


def _say(text: str) -> None:
    print(text)  # noqa: T201


def _refuse(sentence: str) -> NoReturn:
    errors.print(sentence, style="bold red", soft_wrap=True, markup=False)
    raise typer.Exit(2)
