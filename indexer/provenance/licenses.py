"""Names of licences in free text, as one short spelling: ``cc0``, ``cc-by-4.0``, ``gpl-2.0``, ``royalty-free``."""

import re

from db.query.licenses import license_matches

# The letters of a Creative Commons licence, and the same words spelled out.
_CC_PARTS = {
    "by": r"by|attribution",
    "nc": r"nc|non[ -]?commercial",
    "sa": r"sa|share[ -]?alike",
    "nd": r"nd|no[ -]?deriv\w*",
}
_VERSION = r"(?:[1-4]\.\d)"
_CC0 = re.compile(
    r"\bcc[ -]?(?:0|zero)\b|creative commons[ -]+(?:0|zero)\b|publicdomain/zero|\bcc0[ -]1\.0", re.IGNORECASE
)
_CC_URL = re.compile(rf"creativecommons\.org/licenses/(?P<parts>[a-z+-]+)/(?P<version>{_VERSION})?", re.IGNORECASE)
_PART = "|".join(_CC_PARTS.values())
_CC_TEXT = re.compile(
    rf"(?:\bcc[ :_-]+|creative commons[ :,_-]+(?:license[ :,_-]+)?)(?P<parts>(?:(?:{_PART})(?:[ :,_-]+|\b))+)"
    rf"(?:license[ ,]*)?(?:v(?:ersion)?\.? ?)?(?P<version>{_VERSION})?",
    re.IGNORECASE,
)
# "Attribution-Share Alike 3.0", as Creative Commons titles its licences, without its name
_CC_TITLE = re.compile(
    rf"\b(?P<parts>attribution(?:[ -]+(?:{_PART}))*)[ ,]+(?:v(?:ersion)?\.? ?)?(?P<version>{_VERSION})\b", re.IGNORECASE
)
_GPL = re.compile(
    r"\b(?:gnu )?(?P<kind>l?gpl)(?:[ -]*v?(?:ersion )?(?P<version>[123](?:\.\d)?))?\b"
    r"|gnu general public licen[cs]e(?:,? (?:v|version) ?(?P<spelled>[123]))?",
    re.IGNORECASE,
)
_OTHERS = {
    "sampling+": r"licenses/sampling\+|\bsampling ?(?:\+|plus)",
    "public-domain": r"\bpublic domain\b",
    "unlicense": r"\bunlicense\b|free and unencumbered software",
    "mit": r"\bmit licen[cs]e\b|licen[cs]ed? (?:under )?(?:the )?mit\b",
    "oga-by": r"\boga-by\b",
    "royalty-free": r"\broyalty[ -]free\b",
}
_DENIED = re.compile(r"\bnot (?:in |of )?(?:the )?public domain|\bnot royalty[ -]free", re.IGNORECASE)
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _OTHERS.items()}
# What a text of a licence says besides its own name: the deed of CC0 speaks of the public domain.
_IMPLIED = {
    "cc0": {"public-domain", "royalty-free"},
    "public-domain": {"royalty-free"},
    "unlicense": {"public-domain", "royalty-free"},
}


def license_in(text: str) -> str | None:
    """Return the licence that a text names; None where it names none or several."""
    found = licenses_in(text)
    return next(iter(found)) if len(found) == 1 else None


def licenses_in(text: str) -> set[str]:
    """Return all licences that a text names, the plain name of one left out where a version of it is there."""
    text = _DENIED.sub(" ", text)
    found = {"cc0"} if _CC0.search(text) else set()
    for pattern in (_CC_URL, _CC_TEXT, _CC_TITLE):
        found |= {_creative_commons(match["parts"], match["version"]) for match in pattern.finditer(text)}
    for match in _GPL.finditer(text):
        version = match["version"] or match["spelled"]
        kind = (match["kind"] or "gpl").lower()
        found.add(f"{kind}-{version if '.' in version else f'{version}.0'}" if version else kind)
    found |= {name for name, pattern in _PATTERNS.items() if pattern.search(text)}
    found.discard("")
    if found - {"royalty-free"}:  # a word of advertising beside a licence
        found.discard("royalty-free")
    implied = set().union(*(_IMPLIED.get(name, set()) for name in found))
    return {
        name for name in found - implied if not any(other != name and license_matches(other, name) for other in found)
    }


def _creative_commons(parts: str, version: str | None) -> str:
    letters = [
        short
        for short, pattern in _CC_PARTS.items()
        if re.search(rf"(?<![a-z])(?:{pattern})(?![a-z])", parts, re.IGNORECASE)
    ]
    name = "-".join(["cc", *letters])
    return "" if not letters else f"{name}-{version}" if version else name
