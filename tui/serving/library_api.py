"""What programs can ask of a library: plain calls that answer with the JSON of the command line."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

import numpy as np

from db.errors import UsageError
from indexer.api.session import LibrarySession
from indexer.search.known_words import english_words
from indexer.search.request import SearchRequest
from indexer.tagging.manual_tags import add_tag, find_tag, remove_tag
from indexer.tagging.tag_pass import EditedTags
from tui.serving.sound_files import NoFileError, find_sounds, is_sound_name
from tui.workspace.annotations.collections import add_to_collection, remove_from_collection
from tui.workspace.annotations.own_words import own_words
from tui.workspace.json_output import blend_shape, result_shape, sample_shape
from tui.workspace.listing.facet_tree import open_place
from tui.workspace.listing.overview import overview

SoundName: TypeAlias = int | str
"""An id, or the hash of the audio."""

Answer: TypeAlias = dict[str, Any]

_SOUND_PREFIX = "sound:"


class LibraryApi:
    """One library and its model; every method may be called from several threads.

    Attributes:
        session, library: As given.
    """

    def __init__(self, session: LibrarySession) -> None:
        self.session = session
        self.library = session.library
        self._edited = EditedTags(session.library, lambda: session.text_encoder)

    def warm_up(self) -> None:
        """Load the model and the vectors, and answer once, so that the first request is as quick as the others."""
        english_words()  # what `SearchService.unknown` asks first where it was read
        if not self.library.is_empty:
            service = self.session.search_service
            service.hits(service.search(SearchRequest("kick", k=1)))
            assert self.session.blender

    def search(self, line: str, k: int, sort: str = "", *, folds: bool = True) -> Answer:
        """Return what `earmark search --json` prints.

        Raises:
            QueryError: A filter is invalid.
            UsageError: There is no such order.
        """
        return self._find(SearchRequest(line, k=k, order=sort, folds=folds), line)

    def similar(self, sound: SoundName, line: str, k: int, sort: str = "", *, folds: bool = True) -> Answer:
        """Return what `earmark similar --json` prints.

        Raises:
            UnknownSoundError: The library has no such sound.
            NoFileError: It has no vector yet.
            QueryError: A filter is invalid.
        """
        with self.library.read_together():
            likes = (self._embedded_id(sound),)
            request = SearchRequest(line, likes=likes, k=k, order=sort, lists_likes=False, folds=folds)
            return self._find(request, str(sound))

    def blend(self, start: str, end: str, steps: int, at: float | None, filters: str, k: int) -> Answer:
        """Return what `earmark blend --json` prints: a path, or the sounds around one point of it.

        Args:
            start: Words, or ``sound:`` and a name of a sound.
            end: Likewise.
            steps: Sounds on the path.
            at: The point, 0 to 1; None for the path.
            filters: A query line, which all sounds pass.
            k: Sounds around the point.

        Raises:
            UnknownSoundError: The library has no such sound.
            NoFileError: It has no vector yet.
            QueryError: A filter is invalid.
            UsageError: Words describe nothing, or the ends are opposite.
        """
        blender = self.session.blender
        with self.library.read_together():
            ends = [blender.locate(self._blend_end(one)) for one in (start, end)]
            if at is None:
                path = blender.path(ends[0], ends[1], steps, filters=filters)
                return {"is_bridged": path.is_bridged, "steps": [blend_shape(hit) for hit in path.steps]}
            point = blender.between(ends, (1 - at, at))
            return {"sounds": [blend_shape(hit) for hit in blender.near(point.direction, k, filters)]}

    def info(self, sound: SoundName) -> Answer:
        """Return what `earmark info --json` prints, and the hash by which any library knows this audio.

        Raises:
            UnknownSoundError: The library has no such sound.
        """
        with self.library.read_together():
            sample_id = self.find(sound)
            (sample,) = self.library.samples([sample_id])
            place = self.library.file_places(np.array([sample_id], np.int64))[0]
            return {
                **sample_shape(sample),
                **own_words(self.library, sample_id),
                "audio_hash": place.audio_hash.hex(),
            }

    def tags(self, place: str, where: str) -> Answer:
        """Return what `earmark tags --json` prints, without its sounds: those are for `search` to find.

        Raises:
            UsageError: There is no such place.
            QueryError: A filter is invalid.
        """
        found = open_place(self.library, place, where)
        return {"place": list(found.place), **found.tree.as_dict()}

    def stats(self) -> Answer:
        """Return what `earmark stats --json` prints."""
        return overview(self.library).as_dict()

    def collections(self) -> list[Answer]:
        """Return what `earmark collection list --json` prints."""
        return [asdict(one) for one in self.library.collections()]

    def annotate(self, sounds: Sequence[SoundName], stars: int | None, note: str | None, hidden: bool | None) -> Answer:
        """Store stars, a note, and whether lists leave sounds out; None leaves what is.

        Raises:
            UnknownSoundError: The library has no such sound.
            LibraryBusyError: Another process is writing the library.
        """
        ids = find_sounds(self.library, sounds)
        note = None if note is None else note.strip()
        with self.library.edits() as edits:
            return {"n_changed": edits.change_annotations(ids, stars=stars, note=note, is_hidden=hidden)}

    def tag(self, name: str, sounds: Sequence[SoundName], *, is_added: bool) -> Answer:
        """Add a type or a tag to sounds, or remove it from them.

        Raises:
            UnknownSoundError: The library has no such sound.
            UsageError: The name cannot be one.
            LibraryBusyError: Another process is writing the library.
        """
        ids = find_sounds(self.library, sounds)
        n_changed = (add_tag if is_added else remove_tag)(self.library, find_tag(self.library, name), ids)
        self._edited.tag()
        return {"n_changed": n_changed}

    def collect(self, name: str, sounds: Sequence[SoundName], *, is_added: bool) -> Answer:
        """Add sounds to a collection, or take them out of it.

        Raises:
            UnknownSoundError: The library has no such sound.
            UsageError: The name cannot be one, or there is no such collection.
            LibraryBusyError: Another process is writing the library.
        """
        ids = find_sounds(self.library, sounds)
        change = add_to_collection if is_added else remove_from_collection
        return {"n_changed": change(self.library, name, ids)}

    def find(self, sound: SoundName) -> int:
        """Return the id of a sound.

        Raises:
            UnknownSoundError: The library has no such sound.
        """
        return find_sounds(self.library, [sound])[0]

    def _find(self, request: SearchRequest, query: str) -> Answer:
        service = self.session.search_service
        with self.library.read_together():
            result = service.search(request)
            return result_shape(query, result, service.hits(result), service.unknown(request.line))

    def _blend_end(self, end: str) -> int | str:
        if not end.startswith(_SOUND_PREFIX):
            return end
        name = end.removeprefix(_SOUND_PREFIX)
        if not is_sound_name(name):
            raise UsageError("An end is words, or sound: and the id of a sound, such as sound:412.")
        return self._embedded_id(name)

    def _embedded_id(self, sound: SoundName) -> int:
        """Return the id of a sound that has a vector: to make one, its file would have to be decoded here."""
        sample_id = self.find(sound)
        vectors = self.library.vectors(self.session.text_encoder.info)
        if not len(vectors.known(np.array([sample_id], np.int64))):
            raise NoFileError(f"Sound {sound} is not embedded yet. On the machine with its files: earmark index")
        return sample_id
