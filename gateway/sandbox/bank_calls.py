"""Tells the twin's bank where it calls about payments: in the sandbox the gateway knows its own address last."""

import asyncio
import urllib.request

import msgspec

from gateway.http.bank_calls import PATH

SECONDS = 5.0


async def bank_calls_at(control: str, url: str) -> None:
    """`control` is the twin's control address, `url` the gateway's own. Raises OSError."""
    body = msgspec.json.encode({"callback_url": url + PATH})
    request = urllib.request.Request(f"{control}/_twin/bank", body, method="PUT")  # noqa: S310 - our own child
    await asyncio.to_thread(_sent, request)


def _sent(request: urllib.request.Request) -> None:
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        answer.read()
