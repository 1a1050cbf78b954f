"""How long one person's whole profile takes against one call to one system, side by side in one run.

Starts the twin and the gateway (memory off), as processes of their own, and takes turns: a call straight to the
Labour Ministry, then the whole profile through the gateway. First as fast as they can, then with every system delayed
by 100 ms. Then the same profile with a Redis that is dead, against no memory at all.
"""

import asyncio
import contextlib
import json
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx

from adapters.outbound.authority import open_authority
from gateway.sandbox import running_twin, settings_for, token_for

SYSTEMS = ("civil_registry", "bank_refah", "labour_ministry", "branch_databases")
DELAY = 100  # milliseconds
ROUNDS = 40
PROFILE = """{ me {
  identity { firstName lastName birth { jalali } lifeStatus provenance { freshness } }
  dependents { relation firstName lastName coverage { status } }
  insurance { status links { branch kind } }
  contributionSummary { days months }
  contributionRecords(first: 20) { edges { node { month days wage branch standing } } }
  pension { kind monthlyAmount }
  unemployment { stage entitlement { monthsLeft } }
  payments(first: 20) { edges { node { state amount } } }
  debts(first: 20) { edges { node { number remaining stage } } } } }"""


@contextlib.asynccontextmanager
async def serving(descriptor: dict[str, Any], memory: str) -> AsyncIterator[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "TAMIN_MASTER_KEY": secrets.token_hex(32),
        "TAMIN_MEMORY": memory,
        "TAMIN_LISTENING__PORT": "0",
        "TAMIN_AUDIT__STORE": f"sqlite:///{tempfile.mkdtemp(prefix='tamin-bench-')}/record.db",
        **{f"TAMIN_{system.upper()}": json.dumps(said) for system, said in settings_for(descriptor).items()},
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "gateway.cli",
        "serve",
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - asked for by PIPE
        yield (await process.stdout.readline()).decode().split()[-1]
    finally:
        process.terminate()
        await process.wait()


async def milliseconds(work: Callable[[], Awaitable[httpx.Response]]) -> float:
    began = time.perf_counter()
    answer = await work()
    taken = (time.perf_counter() - began) * 1000
    answer.raise_for_status()
    if "errors" in answer.text:
        raise RuntimeError("an answer with errors is no measurement")
    return taken


def told(title: str, taken: dict[str, list[float]]) -> None:
    print(f"\n{title} (milliseconds over {ROUNDS} rounds)")
    for name, times in taken.items():
        print(f"  {name:<44} median {statistics.median(times):8.1f}   min {min(times):8.1f}   max {max(times):8.1f}")
    first, second = taken.values()
    print(f"  ratio of medians: {statistics.median(second) / statistics.median(first):.2f}")


async def main() -> None:
    async with (
        running_twin(people=1000, seed=3070) as twin,
        serving(twin.descriptor, "off") as plain,
        serving(twin.descriptor, "redis://127.0.0.1:9") as dead,
        open_authority() as authority,
        httpx.AsyncClient(timeout=30) as client,
    ):
        token = await token_for("citizen:sara", twin.descriptor["issuer"]["token_url"], authority)
        bearer = {"authorization": f"Bearer {token}"}
        ministry = twin.descriptor["labour_ministry"]

        async def one_call() -> httpx.Response:
            return await client.post(
                f"{ministry['url']}/oauth2/token",
                data={"grant_type": "client_credentials", "scope": "unemployment.read"},
                auth=(ministry["client_id"], ministry["client_secret"]),
            )

        def profile_from(url: str) -> Callable[[], Awaitable[httpx.Response]]:
            return lambda: client.post(f"{url}/graphql", json={"query": PROFILE}, headers=bearer)

        async def in_turns(work: dict[str, Callable[[], Awaitable[httpx.Response]]]) -> dict[str, list[float]]:
            taken: dict[str, list[float]] = {name: [] for name in work}
            for number in range(ROUNDS + 10):
                for name, ask in work.items():
                    took = await milliseconds(ask)
                    if number >= 10:  # the first warm connections and prepared statements
                        taken[name].append(took)
            return taken

        both = {"one call to one system": one_call, "the whole profile, nine groups": profile_from(plain)}
        told("No delay", await in_turns(both))
        for system in SYSTEMS:
            fault = {"kind": "delay", "milliseconds": DELAY}
            (await client.put(f"{twin.descriptor['control']}/_twin/faults/{system}", json=fault)).raise_for_status()
        told(f"Every system delayed by {DELAY} ms", await in_turns(both))
        (await client.post(f"{twin.descriptor['control']}/_twin/reset?faults=1")).raise_for_status()
        told(
            "A dead Redis",
            await in_turns({"no memory": profile_from(plain), "a Redis that refuses": profile_from(dead)}),
        )


if __name__ == "__main__":
    asyncio.run(main())
