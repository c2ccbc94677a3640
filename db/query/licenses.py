"""Short spellings of licences, such as ``cc0``, ``cc-by-4.0`` and ``gpl-2.0``, as filters ask for them."""

import re

_VERSION = re.compile(r"\d(?:\.\d)?")


def license_matches(license_name: str, asked: str) -> bool:
    """Say whether a licence is the one that is asked for: ``cc-by`` asks for every version of it, and no other one."""
    name, asked = license_name.casefold(), "-".join(asked.casefold().split())
    if name == asked:
        return True
    return name.startswith(f"{asked}-") and _VERSION.fullmatch(name[len(asked) + 1 :]) is not None
