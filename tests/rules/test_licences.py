"""Nothing under the GPL comes in by a lock file (docs/decisions/0001-libraries.md)."""

import re
from importlib.metadata import distributions


def test_no_installed_distribution_is_under_the_gpl() -> None:
    guilty = {}
    for distribution in distributions():
        meta = distribution.metadata
        said = [meta.get("License-Expression") or "", (meta.get("License") or "")[:200]]
        said += [line for line in meta.get_all("Classifier") or [] if line.startswith("License ::")]
        text = " | ".join(said)
        copyleft = re.search(r"\bA?GPL|GNU (?:Affero )?General Public", text)
        choice = re.search(r"\bOR\b|LGPL|Lesser", text)  # a choice of another licence, or the LGPL used unmodified
        if copyleft and not choice:
            guilty[distribution.name] = text
    assert not guilty, f"choose another library: {guilty}"


def test_the_check_reads_real_licences() -> None:
    said = [d.metadata.get("License-Expression") or d.metadata.get("License") for d in distributions()]
    assert sum(bool(licence) for licence in said) > 20
