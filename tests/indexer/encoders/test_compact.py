"""The built-in model as it ships."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from db.errors import ModelError
from indexer.audio.waveform import Waveform
from indexer.encoders.compact.frontend import active_part, draw, length_views, to_input
from indexer.encoders.compact.graph import EMBEDDING, FIRST_LAYER, LENGTH, PICTURE, QUANTIZED, build_graph
from indexer.encoders.compact.model import (
    INFO,
    TEXT_DIM,
    WEIGHTS_FOLDER,
    CompactEncoder,
    CompactTextEncoder,
    audio_path,
    load_arrays,
    load_ranges,
    ranges_path,
    start_session,
    text_path,
)
from indexer.encoders.compact.quantized import quantize

RATE_HZ = INFO.sample_rate_hz


@pytest.fixture(scope="module")
def encoder() -> CompactEncoder:
    return CompactEncoder()


@pytest.fixture(scope="module")
def text_encoder() -> CompactTextEncoder:
    return CompactTextEncoder()


def kick(seconds: float = 0.4) -> Waveform:
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    phase = 2 * np.pi * (50 * time + 8 * (1 - np.exp(-time * 30)))
    return (np.sin(phase) * np.exp(-9 * time)).astype(np.float32)


def hat(seconds: float = 0.08) -> Waveform:
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    noise = np.diff(np.random.default_rng(0).standard_normal(len(time) + 2), 2)
    return (noise * np.exp(-70 * time) / 4).astype(np.float32)


def noise(seconds: float, seed: int) -> Waveform:
    return np.random.default_rng(seed).standard_normal(int(seconds * RATE_HZ)).astype(np.float32) / 4


def test_embeddings_are_unit_rows(encoder: CompactEncoder) -> None:
    rows = np.concatenate([encoder.embed_audio([kick(), hat()]), encoder.embed_text(["kick", "hat"])])
    assert rows.shape == (4, INFO.dim)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_a_sound_has_one_vector_whatever_its_neighbours(encoder: CompactEncoder) -> None:
    sounds = [kick(), hat(), noise(7.3, 1), noise(0.011, 2), np.ones(1, np.float32), noise(1.0, 3)]
    together = encoder.embed_audio(sounds)
    alone = np.concatenate([encoder.embed_audio([sound]) for sound in sounds])
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(encoder.embed_audio(sounds[::-1])[::-1], together)


def test_level_and_surrounding_silence_do_not_matter(encoder: CompactEncoder) -> None:
    quiet = np.pad(kick() * 0.01, (RATE_HZ, RATE_HZ))
    np.testing.assert_allclose(encoder.embed_audio([quiet]), encoder.embed_audio([kick()]), atol=1e-4)


@pytest.mark.parametrize("level", [1e-6, 1e-15, 0.0])
def test_the_quietest_sounds_have_unit_rows(encoder: CompactEncoder, level: float) -> None:
    rows = encoder.embed_audio([level * kick(), level * noise(11.0, 6)])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_windows_of_a_long_sound_count_by_their_level(encoder: CompactEncoder) -> None:
    struck, murmur = noise(5.0, 7), np.sin(np.arange(5 * RATE_HZ) * 0.02).astype(np.float32) / 4
    alone = encoder.embed_audio([struck, murmur])
    faint, even = encoder.embed_audio([np.concatenate([struck, level * murmur]) for level in (0.01, 1.0)])
    assert faint @ alone[0] > 0.95
    assert even @ alone[0] < 0.9
    assert even @ alone[1] > faint @ alone[1] + 0.2


def test_long_sounds_have_the_same_vector_each_time(encoder: CompactEncoder) -> None:
    long = noise(75.0, 4)
    np.testing.assert_array_equal(encoder.embed_audio([long]), encoder.embed_audio([long]))


def test_silence_has_a_finite_vector(encoder: CompactEncoder) -> None:
    assert np.isfinite(encoder.embed_audio([np.zeros(4800, np.float32)])).all()


@pytest.mark.parametrize("bad", [np.zeros(0, np.float32), np.array([0.0, np.nan], np.float32)])
def test_empty_or_not_finite_sounds_are_refused(encoder: CompactEncoder, bad: Waveform) -> None:
    with pytest.raises(ValueError, match="empty or not finite"):
        encoder.embed_audio([kick(), bad])


def test_nothing_in_is_nothing_out(encoder: CompactEncoder) -> None:
    assert encoder.embed_audio([]).shape == (0, INFO.dim)
    assert encoder.embed_text([]).shape == (0, INFO.dim)


def test_sounds_find_their_names(encoder: CompactEncoder) -> None:
    scores = encoder.embed_audio([kick(), hat()]) @ encoder.embed_text(["kick drum", "closed hi-hat"]).T
    assert scores[0, 0] > scores[0, 1]
    assert scores[1, 1] > scores[1, 0]


def test_different_texts_have_different_vectors(text_encoder: CompactTextEncoder) -> None:
    rows = text_encoder.embed_text(["kick drum", "bright open hi-hat", "spoken voice", "dark ambient drone"])
    assert (rows @ rows.T)[~np.eye(4, dtype=bool)].max() < 0.9


@pytest.mark.parametrize(
    ("query", "meant", "unrelated"),
    [
        ("bd", "kick drum", "snare drum"),
        ("bass drum", "kick drum", "bass"),
        ("909 kick", "kick drum", "hand clap"),
        ("hihat", "closed hi-hat", "kick drum"),
        ("hi hat", "closed hi-hat", "tom"),
        ("closed hat", "closed hi-hat", "open hi-hat"),
        ("snrae", "snare drum", "kick drum"),
        ("drum kick", "kick drum", "snare drum"),
        ("vox", "sung vocal", "crash cymbal"),
    ],
)
def test_synonyms_typos_and_word_order_are_understood(
    text_encoder: CompactTextEncoder, query: str, meant: str, unrelated: str
) -> None:
    row, right, wrong = text_encoder.embed_text([query, meant, unrelated])
    assert row @ right > row @ wrong


def test_a_text_has_one_vector_whatever_its_neighbours(text_encoder: CompactTextEncoder) -> None:
    texts = ["kick", "a long bright metallic hit", "", "¿?", "hi-hat " * 100]
    alone = np.concatenate([text_encoder.embed_text([text]) for text in texts])
    np.testing.assert_array_equal(text_encoder.embed_text(texts), alone)


def test_centers_lie_inside_the_sphere(text_encoder: CompactTextEncoder) -> None:
    for center in (text_encoder.text_center, text_encoder.audio_center):
        assert center.shape == (INFO.dim,)
        assert 0 < np.linalg.norm(center) < 1


def test_the_model_needs_no_torch() -> None:
    code = (
        "import sys; sys.modules['torch'] = None; import numpy; from indexer.encoders.compact.model import *;"
        "encoder = CompactEncoder(); encoder.embed_text(['kick']); encoder.embed_audio([numpy.ones(480, 'f')])"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def sounds_of_all_sorts() -> list[Waveform]:
    return [kick(), hat(), noise(4.9, 1), noise(0.011, 2), np.ones(1, np.float32), kick(2.0) + 0.1 * noise(2.0, 3)]


def inputs_of(sound: Waveform) -> dict[str, Waveform]:
    return {PICTURE: to_input(draw(sound))[None], LENGTH: length_views([len(sound) / RATE_HZ])}


def test_in_floating_point_vectors_are_those_of_the_tower_that_was_trained() -> None:
    torch = pytest.importorskip("torch")
    from training.audio_tower import load_audio_tower, pack

    sounds = sounds_of_all_sorts()
    seconds = [len(sound) / RATE_HZ for sound in sounds]
    with torch.inference_mode():
        packed = pack([torch.from_numpy(draw(sound)) for sound in sounds], seconds)
        rows, first = (part.numpy() for part in load_audio_tower(WEIGHTS_FOLDER, "cpu").embed_and_sum_up(packed))
    session = start_session(WEIGHTS_FOLDER, None)
    for sound, row, first_layer in zip(sounds, rows, first, strict=True):
        ours, our_first = session.run([EMBEDDING, FIRST_LAYER], inputs_of(sound))
        assert np.abs(ours[0] - row).max() < 1e-5
        assert np.abs(our_first[0] - first_layer).max() < 1e-4


def test_in_8_bits_vectors_are_those_of_floating_point(encoder: CompactEncoder) -> None:
    session = start_session(WEIGHTS_FOLDER, None)
    for sound in sounds_of_all_sorts():
        exact, first_layer = session.run([EMBEDDING, FIRST_LAYER], inputs_of(sound))
        ours = encoder.embed_audio([sound])[0, :TEXT_DIM]
        assert ours @ exact[0] > 0.998 * np.linalg.norm(ours)
        our_first = encoder._read_window(sound, len(sound) / RATE_HZ).first_layer
        assert np.abs(our_first - first_layer[0]).max() < 1e-4


def test_the_network_computes_in_8_bits_with_weights_of_7() -> None:
    ranges = load_ranges(WEIGHTS_FOLDER)
    assert ranges is not None
    assert set(ranges) == set(QUANTIZED)
    graph = build_graph(load_arrays(audio_path(WEIGHTS_FOLDER)), ranges)
    assert graph.count(b"QLinearConv") >= 9
    weight = np.random.default_rng(0).standard_normal((40, 3)).astype(np.float32)
    scales, quantized = quantize(weight)
    assert np.abs(quantized).max() == 63
    np.testing.assert_allclose(quantized * scales, weight, atol=scales.max() / 2)


def test_weights_without_ranges_are_computed_in_floating_point(tmp_path: Path) -> None:
    copy_weights(tmp_path)
    ranges_path(tmp_path).unlink()
    (exact,) = start_session(WEIGHTS_FOLDER, None).run([EMBEDDING], inputs_of(active_part(kick())))
    ours = CompactEncoder(tmp_path).embed_audio([kick()])[0, :TEXT_DIM]
    np.testing.assert_allclose(ours / np.linalg.norm(ours), exact[0], atol=1e-6)


def test_damaged_ranges_are_named(tmp_path: Path) -> None:
    copy_weights(tmp_path)
    ranges_path(tmp_path).write_text('{"stem": 3}')
    with pytest.raises(ModelError, match="cannot be read"):
        CompactEncoder(tmp_path).embed_audio([kick()])
    ranges_path(tmp_path).write_text('{"stem": [0, 3]}')
    with pytest.raises(ModelError, match="do not fit this version"):
        CompactEncoder(tmp_path).embed_audio([kick()])


def copy_weights(folder: Path) -> None:
    shutil.copytree(WEIGHTS_FOLDER, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__"))


def test_several_threads_compute_the_same(encoder: CompactEncoder) -> None:
    sounds = [kick(), hat(), noise(7.3, 1)]
    rows = CompactEncoder(n_threads=2).embed_audio(sounds)
    np.testing.assert_allclose(rows, encoder.embed_audio(sounds), atol=1e-6)


def test_weights_of_another_tower_are_named(tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    copy_weights(tmp_path)
    arrays = load_file(audio_path(tmp_path))
    del arrays["step.bias"]
    save_file(arrays, audio_path(tmp_path))
    with pytest.raises(ModelError, match="do not fit this version"):
        CompactEncoder(tmp_path).embed_audio([kick()])


def test_missing_and_damaged_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        CompactTextEncoder(tmp_path)
    text_path(tmp_path).write_bytes(b"not weights")
    with pytest.raises(ModelError, match="cannot be read"):
        CompactTextEncoder(tmp_path)


def test_nothing_is_sent_to_or_kept_for_the_maker_of_the_runtime(tmp_path: Path) -> None:
    code = (
        "from indexer.encoders.compact.model import WEIGHTS_FOLDER, load_ranges, start_session; "
        "start_session(WEIGHTS_FOLDER, load_ranges(WEIGHTS_FOLDER))"
    )
    environment = {"HOME": str(tmp_path), "PATH": "", "PYTHONPATH": str(Path(__file__).parents[3])}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    assert not list(tmp_path.rglob("*"))
