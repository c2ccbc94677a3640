"""What the tags in a file say of its origin: ID3, Vorbis comments, LIST INFO and bext chunks."""

from db.types import Provenance
from indexer.audio.embedded import Embedded
from indexer.provenance.licenses import license_in
from indexer.provenance.pack_documents import author_name

_NOBODY = frozenset({"unknown", "unknown artist", "artist", "various", "various artists", "n/a", "none"})


def provenance_of_tags(embedded: Embedded) -> Provenance:
    """Read author and licence; a copyright that names no licence says nothing."""
    author = author_name(embedded.author) if embedded.author else None
    is_named = author is not None and author.casefold() not in _NOBODY
    return Provenance(author if is_named else None, license_in(embedded.rights) if embedded.rights else None)
