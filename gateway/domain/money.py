"""Amounts in rial."""

from typing import NewType

Rial = NewType("Rial", int)

# The widest legacy amount is N12 (domain.md 2.3); three digits beyond it an amount can only be an error.
SURE_DIGITS = 15  # of an amount that cannot be too large
LIMIT = 10**SURE_DIGITS


def rial(amount: int) -> Rial:
    """An amount in rial, negative for credits. Raises ValueError from ±10^15 on: no fact of ours is that large."""
    if not -LIMIT < amount < LIMIT:
        raise ValueError("an amount must be below 10^15 rial")
    return Rial(amount)
