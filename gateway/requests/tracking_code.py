"""Tracking codes (کد رهگیری): twelve digits that can be said on the telephone, the last a check digit.

ISO 7064 MOD 11,10 finds every wrong digit, and nearly all neighbours that changed places.
"""

import secrets

from gateway.domain.text import fold_digits

LENGTH = 12


def new_tracking_code() -> str:
    head = str(secrets.randbelow(9 * 10 ** (LENGTH - 2)) + 10 ** (LENGTH - 2))
    return head + check_digit(head)


def tracking_code_of(text: str) -> str | None:
    """What a citizen typed, with Persian digits, spaces or dashes; None for what is no tracking code."""
    digits = fold_digits(text).replace(" ", "").replace("-", "")
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdecimal()):
        return None
    return digits if check_digit(digits[:-1]) == digits[-1] else None


def check_digit(head: str) -> str:
    rest = 10
    for digit in head:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - rest) % 10)
