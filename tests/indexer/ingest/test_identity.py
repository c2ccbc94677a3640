"""A sound is known by its audio: what tools do to files around it changes nothing that a person said of it."""

import io
import os
import sqlite3
import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import soundfile as sf

from db.library import Library
from db.types import Annotation, Reading, Sample, Source, Tag
from indexer.ingest import decode_and_embed
from indexer.ingest.pipeline import BatchStored, IndexEvent, IndexSummary, index
from tests.containers import acid, chunk, cue, id3, ping, wave_of
from tests.fakes import FakeEncoder
from tests.indexer.ingest.test_pipeline import changes
from tests.sounds import noise, tone, write_library, write_sound

TITLE = (b"TIT2", "Changed by a tagger")


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    """Return a folder with one sound of each format."""
    return write_library(tmp_path / "sounds")


@pytest.fixture
def library(tmp_path: Path, sounds: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "library") as library:
        run(library, sounds)
        yield library


def run(library: Library, *folders: Path, is_full: bool = False) -> IndexSummary:
    return index(library, folders, FakeEncoder(), is_full=is_full)


def describe(library: Library, path: Path) -> None:
    """Say of a sound all that a person can say."""
    sample_id = library.find_sample_id(path)
    assert sample_id is not None
    with library.edits() as edits:
        edits.set_annotations({sample_id: Annotation(5, "the one")})
        edits.set_tags({sample_id: (Tag("user", "dusty", Source.USER, 1.0),)}, [Source.USER])
        edits.set_user_readings("key", {sample_id: Reading("key", Source.USER, 1.0, text="F#m")})
        edits.set_collection("Kit", [sample_id])


def said(library: Library, path: Path) -> tuple[object, ...]:
    sample_id = library.find_sample_id(path)
    assert sample_id is not None
    [sample] = library.samples([sample_id])
    return (
        library.annotations([sample_id]).get(sample_id),
        [tag.name for tag in sample.tags if tag.source is Source.USER],
        key_of(sample),
        library.collection_ids("Kit"),
    )


def key_of(sample: Sample) -> str | None:
    return sample.key.text if sample.key and sample.key.source is Source.USER else None


def tag_wave(path: Path) -> None:
    """Add an ID3 tag in front of the sound and a list of texts behind it, and tell the new size."""
    data = path.read_bytes()
    place = data.index(b"fmt ")
    texts = b"INFO" + chunk(b"INAM", b"another name\0")
    data = data[:place] + chunk(b"id3 ", id3(TITLE)) + data[place:] + chunk(b"LIST", texts)
    path.write_bytes(data[:4] + struct.pack("<I", len(data) - 8) + data[8:])


def tag_aiff(path: Path) -> None:
    data = path.read_bytes() + chunk(b"NAME", b"another name", order=">") + chunk(b"ID3 ", id3(TITLE), order=">")
    path.write_bytes(data[:4] + struct.pack(">I", len(data) - 8) + data[8:])


def tag_flac(path: Path) -> None:
    """Put a block of comments behind the first one, which tells the format."""
    data = path.read_bytes()
    comments = struct.pack("<I", 0) + struct.pack("<II", 1, 9) + b"TITLE=new"
    path.write_bytes(data[:42] + b"\x04" + len(comments).to_bytes(3, "big") + comments + data[42:])


def tag_ogg(path: Path) -> None:
    """Change a letter of the comments, which stand on the second page, and its checksum."""
    data = path.read_bytes()
    start = data.index(b"OggS", 1)
    end = data.index(b"OggS", start + 1)
    page = data[start:end].replace(b"libVorbis", b"LIBvorbis").replace(b"Xiph", b"xIPH")
    assert page != data[start:end]
    page = page[:22] + bytes(4) + page[26:]
    path.write_bytes(data[:start] + page[:22] + struct.pack("<I", ogg_checksum(page)) + page[26:] + data[end:])


def ogg_checksum(page: bytes) -> int:
    value = 0
    for byte in page:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    return value


def tag_mp3(path: Path) -> None:
    path.write_bytes(id3(TITLE, (b"TBPM", "97")) + path.read_bytes() + b"TAG" + b"title".ljust(125, b"\0"))


TAGGERS: dict[str, Callable[[Path], None]] = {  # by file of `tests.sounds.write_library`
    "kick.wav": tag_wave,
    "wide.wav": tag_wave,
    "loop.aiff": tag_aiff,
    "hat.flac": tag_flac,
    "tone.ogg": tag_ogg,
    "noise.mp3": tag_mp3,
}


def test_retagged_files_keep_what_was_said_and_their_vectors(library: Library, sounds: Path) -> None:
    for name, add_tags in TAGGERS.items():
        describe(library, sounds / name)
        add_tags(sounds / name)
    before = {name: said(library, sounds / name) for name in TAGGERS}
    assert changes(run(library)) == {"n_retagged": 6}
    assert {name: said(library, sounds / name) for name in TAGGERS} == before
    assert changes(run(library)) == {"n_unchanged": 6}


def test_files_that_were_retagged_and_renamed_are_found_again(library: Library, sounds: Path) -> None:
    before = {}
    for name, add_tags in TAGGERS.items():
        describe(library, sounds / name)
        before[name] = said(library, sounds / name)[:3]
        add_tags(sounds / name)
        (sounds / name).rename(sounds / f"other {name}")
    assert changes(run(library)) == {"n_moved": 6}
    assert {name: said(library, sounds / f"other {name}")[:3] for name in TAGGERS} == before


def test_the_same_audio_in_another_lossless_file_is_the_same_sound(library: Library, sounds: Path) -> None:
    frames, rate_hz = sf.read(sounds / "kick.wav")
    for subtype, suffix in (("PCM_16", "flac"), ("PCM_24", "wav"), ("FLOAT", "aiff")):
        sf.write(sounds / f"converted.{suffix}", frames, rate_hz, subtype)
    assert changes(run(library)) == {"n_duplicate": 3, "n_unchanged": 6}


@pytest.mark.parametrize("n_runs", [1, 2])
@pytest.mark.parametrize("first", ["told.wav", "plain.flac"])
def test_what_one_file_of_a_sound_tells_stays_whatever_others_leave_out(
    library: Library, tmp_path: Path, first: str, n_runs: int
) -> None:
    frames = ping(220.0, 3.8)
    told = wave_of(frames, acid(127.5, 8, flags=2, root_note=57), cue(0, 20_000, 40_000))
    folder = tmp_path / "pack"
    folder.mkdir()
    for name in sorted(["told.wav", "plain.flac"], key=lambda name: name != first):
        if name == "told.wav":
            (folder / name).write_bytes(told)
        else:
            sf.write(folder / name, sf.read(io.BytesIO(told), dtype="int16")[0], 44_100, subtype="PCM_16")
        if n_runs == 2:
            run(library, folder)
    run(library, folder)
    expected = [(127.5, Source.EMBEDDED), (pytest.approx(220.0), Source.EMBEDDED), 3]
    assert told_by_files(library, folder / "told.wav") == expected
    with closing(sqlite3.connect(library.folder / "earmark.db")) as connection, connection:
        connection.execute("DELETE FROM embeddings")  # so that both are read again
    assert run(library).n_embedded >= 1
    assert told_by_files(library, folder / "told.wav") == expected


@pytest.mark.parametrize("is_first_retagged", [True, False])
def test_of_two_tempos_that_files_of_a_sound_state_that_of_the_first_counts(
    library: Library, tmp_path: Path, is_first_retagged: bool
) -> None:
    frames = ping(220.0, 3.8)
    folder = tmp_path / "pack"
    folder.mkdir()
    first, second = folder / "b.wav", folder / "a.wav"  # scanned in the other order from then on
    for path, bpm in ((first, 127.5), (second, 130.0)):
        path.write_bytes(wave_of(frames, acid(bpm, 8, flags=2)))
        run(library, folder)
        assert tempo_of(library, path) == 127.5
    run(library, is_full=True)
    assert tempo_of(library, first) == 127.5
    (first if is_first_retagged else second).write_bytes(wave_of(frames, acid(140.0, 8, flags=2)))
    run(library)
    assert tempo_of(library, first) == (140.0 if is_first_retagged else 127.5)


def test_a_tempo_that_only_a_further_file_states_can_be_changed_in_it(library: Library, tmp_path: Path) -> None:
    frames = ping(220.0, 3.8)
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "plain.wav").write_bytes(wave_of(frames))
    run(library, folder)
    for bpm in (127.5, 130.0):
        (folder / "told.wav").write_bytes(wave_of(frames, acid(bpm, 8, flags=2)))
        run(library)
        assert tempo_of(library, folder / "told.wav") == bpm


def tempo_of(library: Library, path: Path) -> float | None:
    [sample] = library.samples([library.find_sample_id(path) or 0])
    return None if sample.bpm is None else sample.bpm.number


def told_by_files(library: Library, path: Path) -> list[object]:
    """Return tempo, pitch and slices of a sound with two files."""
    [sample] = library.samples([library.find_sample_id(path) or 0])
    assert len(sample.paths) == 2
    assert sample.bpm is not None
    assert sample.pitch is not None
    return [*((each.number, each.source) for each in (sample.bpm, sample.pitch)), sample.features.n_slices]


def test_tempo_of_a_new_tag_is_read(library: Library, sounds: Path) -> None:
    tag_mp3(sounds / "noise.mp3")
    run(library)
    [sample] = library.samples([library.find_sample_id(sounds / "noise.mp3") or 0])
    assert sample.bpm is not None
    assert (sample.bpm.number, sample.bpm.source) == (97.0, Source.EMBEDDED)


def test_an_edited_file_gets_what_was_said_of_the_old_version_and_the_old_one_keeps_it(
    library: Library, sounds: Path
) -> None:
    path = sounds / "kick.wav"
    describe(library, path)
    stars, tags, key, [old_id] = said(library, path)
    backup = path.read_bytes()
    frames, rate_hz = sf.read(path)
    sf.write(path, frames[: len(frames) // 2] * 0.9, rate_hz)
    assert changes(run(library)) == {"n_changed": 1, "n_embedded": 1, "n_unchanged": 5}
    new_id = library.find_sample_id(path)
    assert new_id != old_id
    assert said(library, path)[:3] == (stars, tags, key)
    assert new_id in library.collection_ids("Kit")
    path.write_bytes(backup)
    run(library)
    assert library.find_sample_id(path) == old_id
    assert said(library, path)[:3] == (stars, tags, key)


def test_an_edited_file_that_was_met_half_written_gets_what_was_said_too(library: Library, sounds: Path) -> None:
    path = sounds / "kick.wav"
    describe(library, path)
    before = said(library, path)[:3]
    path.write_bytes(b"RIFF\0\0\0\0WAVE")
    assert run(library).n_failed == 1
    write_sound(path, noise(seed=9))
    assert changes(run(library)) == {"n_new": 1, "n_embedded": 1, "n_unchanged": 5}
    assert said(library, path)[:3] == before


def test_a_sound_that_made_way_for_another_takes_what_was_said_with_it(library: Library, sounds: Path) -> None:
    path = sounds / "kick.wav"
    describe(library, path)
    before = said(library, path)
    path.rename(sounds / "kick old.wav")
    write_sound(path, noise(seed=9))
    assert run(library).n_changed == 1
    assert said(library, sounds / "kick old.wav") == before
    assert said(library, path)[:3] == (None, [], None)


@pytest.mark.parametrize("files_in_batch", [1, 64])
@pytest.mark.parametrize("home", ["a", "z"])  # on either side of the folder it goes to
def test_a_sound_that_goes_to_another_folder_takes_what_was_said_with_it(
    library: Library, tmp_path: Path, home: str, files_in_batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode_and_embed, "_BATCH_FILES", files_in_batch)
    for name in (home, "m"):
        (tmp_path / name).mkdir()
    path = write_sound(tmp_path / home / "kick.wav", tone(300))
    write_sound(tmp_path / "m" / "hat.wav", noise(seed=8))
    run(library, *sorted([tmp_path / home, tmp_path / "m"]))
    describe(library, path)
    before = said(library, path)
    path.rename(tmp_path / "m" / "kick.wav")
    write_sound(path, noise(seed=9))
    assert run(library).n_changed == 1
    assert said(library, tmp_path / "m" / "kick.wav") == before
    assert said(library, path)[:3] == (None, [], None)


def test_an_edit_that_a_killed_run_met_is_settled_by_the_next_one(library: Library, sounds: Path) -> None:
    path = sounds / "kick.wav"
    describe(library, path)
    before = said(library, path)[:3]
    write_sound(path, noise(seed=9))

    def kill(event: IndexEvent) -> None:
        if isinstance(event, BatchStored):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index(library, [], FakeEncoder(), on_event=kill)
    assert said(library, path)[:3] == (None, [], None)
    assert changes(run(library)) == {"n_unchanged": 6}
    assert said(library, path)[:3] == before


def test_an_edited_copy_takes_nothing_from_the_sound_that_is_still_there(library: Library, sounds: Path) -> None:
    describe(library, sounds / "kick.wav")
    copy = sounds / "copy.wav"
    copy.write_bytes((sounds / "kick.wav").read_bytes())
    run(library)
    write_sound(copy, noise(seed=9))
    assert changes(run(library)) == {"n_changed": 1, "n_embedded": 1, "n_unchanged": 6}
    assert said(library, copy)[:3] == (None, [], None)


def test_a_full_run_finds_what_size_and_times_do_not_tell(
    library: Library, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_sound(sounds / "bounce.wav", tone(300))
    run(library)
    before = path.stat()
    write_sound(path, tone(900))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    forget_change_times(library, path)
    assert changes(run(library)) == {"n_unchanged": 7}
    assert changes(run(library, is_full=True)) == {"n_changed": 1, "n_embedded": 1, "n_unchanged": 6}


def forget_change_times(library: Library, path: Path) -> None:
    """Make the library remember the change time that a file has now, as on a disk that keeps none."""
    with closing(sqlite3.connect(library.folder / "earmark.db")) as connection, connection:
        query = "UPDATE files SET ctime_ns = ? WHERE name = ?"
        connection.execute(query, (path.stat().st_ctime_ns, path.name))
