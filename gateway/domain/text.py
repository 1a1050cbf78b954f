"""Persian text as legacy systems mangle it, made comparable again (domain.md 2.2)."""

_DIGITS = {ord(c): str(i % 10) for i, c in enumerate("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")}
_LETTERS = {ord("ي"): "ی", ord("ى"): "ی", ord("ك"): "ک", ord("\N{ARABIC TATWEEL}"): None}


def fold_digits(text: str) -> str:
    """Persian and Arabic digits as ASCII ones; every other character as it was."""
    return text.translate(_DIGITS)


def fold_letters(text: str) -> str:
    """Persian ی and ک for their Arabic look-alikes, no tatweel, single spaces, nothing at the ends."""
    return " ".join(text.translate(_LETTERS).split())
