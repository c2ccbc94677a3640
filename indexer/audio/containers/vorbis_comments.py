"""Vorbis comments, as FLAC, Vorbis and Opus files hold them: names and values."""

from collections.abc import Iterable, Iterator

from indexer.audio.containers.id3 import as_tempo
from indexer.audio.embedded import Embedded

_MAX_COMMENTS = 10_000
_TEMPO_NAMES, _KEY_NAMES = ("BPM", "TEMPO", "TBPM", "TMPO"), ("INITIALKEY", "INITIAL KEY", "KEY", "TKEY")

_RIGHTS_NAMES = ("LICENSE", "COPYRIGHT")


def read_comments(block: bytes) -> Embedded:
    """Read a block of comments; nothing where it is damaged.

    Args:
        block: A vendor string, the number of comments, and these; strings have their length (u32) in front.
    """
    return tempo_and_key(_iter_comments(block))


def tempo_and_key(comments: Iterable[tuple[str, str]]) -> Embedded:
    """Find tempo, key, artist and rights among names and values; of several of a name the first counts."""
    found: dict[str, str] = {}
    for name, value in comments:
        found.setdefault(name.upper(), value)
    tempo = next((found[name] for name in _TEMPO_NAMES if name in found), "")
    key = next((found[name] for name in _KEY_NAMES if name in found), None)
    rights = " ".join(found[name] for name in _RIGHTS_NAMES if name in found)
    return Embedded(tempo_bpm=as_tempo(tempo), key=key, author=found.get("ARTIST") or None, rights=rights or None)


def _iter_comments(block: bytes) -> Iterator[tuple[str, str]]:
    position = 4 + int.from_bytes(block[:4], "little")
    n_comments = int.from_bytes(block[position : position + 4], "little")
    position += 4
    for _ in range(min(n_comments, _MAX_COMMENTS)):
        size = int.from_bytes(block[position : position + 4], "little")
        position += 4
        if position >= len(block):
            return
        name, _, value = block[position : position + min(size, 200)].decode("utf-8", "replace").partition("=")
        yield name, value
        position += size
