"""What `dev` says of itself: in the terminal once it is up, and on its GraphiQL page."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from gateway.http.graphiql import GraphiqlSettings, NamedPerson
from gateway.sandbox.issuer import EXAMPLES
from gateway.sandbox.token_route import PATH
from twin.named import NAMED

FIRST_QUERY = (
    "{ me { identity { firstName lastName } dependents { relation firstName } contributionSummary { days } } }"
)


def sandbox_page(descriptor: Mapping[str, Any]) -> GraphiqlSettings:
    return GraphiqlSettings(
        persons={name: NamedPerson(*person) for name, person in NAMED.items()},
        callers=EXAMPLES,
        tokens=PATH,
        issuer=descriptor["issuer"]["token_url"],
    )


def greet(descriptor: Mapping[str, Any], tokens: Mapping[str, str], url: str) -> None:
    """`tokens` by caller; an agency's is of no use without proofs, so the command that makes both is told instead."""
    out, control = Console(highlight=False), descriptor["control"]
    out.print("\n[bold]tamin-gateway[/bold] is up. Ctrl-C ends it.\n")
    places = Table.grid(padding=(0, 2))
    places.add_row("GraphiQL and GraphQL", f"{url}/graphql")
    places.add_row("health", f"{url}/live  {url}/ready")
    places.add_row("the twin's control", f"{control}/_twin/")
    places.add_row("the issuer of tokens", descriptor["issuer"]["url"])
    out.print(places)
    out.print("\n[bold]Persons[/bold] (synthetic)")
    persons = Table.grid(padding=(0, 2))
    for name, person in NAMED.items():
        persons.add_row(name, person.code, person.about)
    out.print(persons)
    out.print("\n[bold]Tokens[/bold] (12 hours; [italic]tamin-gateway token citizen:sara[/italic] makes more)")
    for whom, token in tokens.items():
        out.print(f"{whom}\n{token}", soft_wrap=True)

    def command(line: str) -> None:
        out.print(line, soft_wrap=True, markup=False)

    asked = f"curl -s {url}/graphql -H 'content-type: application/json'"
    out.print("\n[bold]A first query[/bold]")
    command(
        f'{asked} -H "authorization: Bearer $(.venv/bin/tamin-gateway token citizen:sara)" '
        f'-d \'{{"query": "{FIRST_QUERY}"}}\''
    )
    out.print("\n[bold]As an agency[/bold], whose token is bound to a key: each request needs a proof")
    sara = f'{{ person(nationalId: \\"{NAMED["sara"].code}\\") {{ identity {{ firstName lastName }} }} }}'
    command(
        f".venv/bin/tamin-gateway token agency:court --proof POST {url}/graphql | "
        f'{asked} -H @- -d \'{{"query": "{sara}"}}\''
    )
    out.print("\n[bold]Break it[/bold]: switch the bank off, ask again, switch it on")
    command(f'curl -X PUT {control}/_twin/faults/bank_refah -d \'{{"kind": "refused"}}\'')
    command(f"curl -X DELETE {control}/_twin/faults/bank_refah\n")
