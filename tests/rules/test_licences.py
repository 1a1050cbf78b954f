"""Nothing under the GPL comes in by a lock file (docs/decisions/0001-libraries.md)."""

import re
from importlib.metadata import Distribution, distributions


def licence_of(distribution: Distribution) -> str:
    """What it says of its licence: the expression, the head of the free text, the classifiers."""
    said = [
        line[:200] for key in ("License-Expression", "License") for line in distribution.metadata.get_all(key) or []
    ]
    said += [line for line in distribution.metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    return " | ".join(said)


def test_no_installed_distribution_is_under_the_gpl() -> None:
    guilty = {}
    for distribution in distributions():
        text = licence_of(distribution)
        copyleft = re.search(r"\bA?GPL|GNU (?:Affero )?General Public", text)
        choice = re.search(r"\bOR\b|LGPL|Lesser", text)  # a choice of another licence, or the LGPL used unmodified
        if copyleft and not choice:
            guilty[distribution.name] = text
    assert not guilty, f"choose another library: {guilty}"


def test_the_check_reads_real_licences() -> None:
    assert sum(bool(licence_of(distribution)) for distribution in distributions()) > 50
