"""What only a developer's machine has: the twin as a child, and tokens from its issuer by short names."""

from gateway.sandbox.bank_calls import bank_calls_at
from gateway.sandbox.greeting import greet, sandbox_page
from gateway.sandbox.issuer import EXAMPLES, NoToken, Sandbox, announced, running_sandbox, state_folder, token_for
from gateway.sandbox.papers import papers
from gateway.sandbox.possession import kept_key, proof
from gateway.sandbox.token_lines import token_lines
from gateway.sandbox.token_route import PATH as TOKEN_PATH
from gateway.sandbox.token_route import token_route
from gateway.sandbox.twin import Twin, running_twin, settings_for

__all__ = [
    "EXAMPLES",
    "TOKEN_PATH",
    "NoToken",
    "Sandbox",
    "Twin",
    "announced",
    "bank_calls_at",
    "greet",
    "kept_key",
    "papers",
    "proof",
    "running_sandbox",
    "running_twin",
    "sandbox_page",
    "settings_for",
    "state_folder",
    "token_for",
    "token_lines",
    "token_route",
]
