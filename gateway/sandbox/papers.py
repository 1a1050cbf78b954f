"""The contracts and registers of the sandbox: those that ship with the project, unless the environment names others."""

import os
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve()
SHIPPED = {
    "contracts": _HERE.parents[2] / "contracts",
    "registers": _HERE.parents[1] / "sandbox_registers",
}


def papers() -> dict[str, Any]:
    """For `Settings`."""
    return {name: shipped for name, shipped in SHIPPED.items() if f"TAMIN_{name.upper()}" not in os.environ}
