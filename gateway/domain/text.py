"""Persian text as legacy systems mangle it, made comparable again (domain.md 2.2), and its digits."""

_DIGITS = {ord(c): str(i % 10) for i, c in enumerate("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")}
_LETTERS = {ord("ي"): "ی", ord("ى"): "ی", ord("ك"): "ک", ord("\N{ARABIC TATWEEL}"): None}
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def persian_digits(text: str) -> str:
    """ASCII digits as a reader of Persian expects them."""
    return text.translate(_PERSIAN)


def fold_digits(text: str) -> str:
    """Persian and Arabic digits as ASCII ones; every other character as it was."""
    return text if text.isascii() else text.translate(_DIGITS)


def fold_letters(text: str) -> str:
    """Persian ی and ک for their Arabic look-alikes, no tatweel, single spaces, nothing at the ends."""
    return " ".join(text.translate(_LETTERS).split())
