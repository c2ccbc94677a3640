"""Sizes of a LAION-CLAP checkpoint, read from its shapes, and the tensors that it must hold."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Shape: TypeAlias = tuple[int, ...]
Shapes: TypeAlias = Mapping[str, Shape]

N_MELS = 64
N_CLASSES = 527  # of AudioSet; LAION's classifier, which no embedding needs
SPEC_SIZE = 256  # side of the square picture that the audio tower sees
PATCH = 4
MLP_RATIO = 4
_TEXT_HEAD_WIDTH = 64  # as in every RoBERTa


@dataclass(frozen=True, slots=True)
class Architecture:
    """Sizes of one model.

    Attributes:
        width: Channels of the audio tower's first stage; doubled by each stage.
        depths: Blocks of each stage.
        heads: Attention heads of each stage.
        window: Side of an attention window, in patches.
        text_width: Channels of the text tower.
        text_depth: Its layers.
        text_mlp_width: Channels inside its layers.
        n_tokens: Rows of its vocabulary.
        n_positions: Rows of its position table; two more than a text may have tokens.
        dim: Length of an embedding.
    """

    width: int
    depths: tuple[int, ...]
    heads: tuple[int, ...]
    window: int
    text_width: int
    text_depth: int
    text_mlp_width: int
    n_tokens: int
    n_positions: int
    dim: int

    @property
    def audio_width(self) -> int:
        """Channels of the last stage."""
        return self.width * 2 ** (len(self.depths) - 1)

    @property
    def text_heads(self) -> int:
        return max(1, self.text_width // _TEXT_HEAD_WIDTH)

    def grid(self, stage: int) -> int:
        """Return the side of the square of patches that a stage sees."""
        return SPEC_SIZE // PATCH // 2**stage

    def window_of(self, stage: int) -> int:
        """Return the side of a stage's windows: one window where the grid is no larger."""
        return min(self.window, self.grid(stage))


_TEXT_SIZES = {"text_width": 768, "text_depth": 12, "text_mlp_width": 3072, "n_tokens": 50_265, "n_positions": 514}
TINY = Architecture(96, (2, 2, 6, 2), (4, 8, 16, 32), 8, dim=512, **_TEXT_SIZES)
BASE = Architecture(128, (2, 2, 12, 2), (4, 8, 16, 32), 8, dim=512, **_TEXT_SIZES)


def read_architecture(shapes: Shapes) -> Architecture:
    """Read the sizes off a checkpoint's shapes.

    Raises:
        KeyError, IndexError, ValueError: It is no LAION-CLAP checkpoint.
    """
    stages = range(_count(shapes, "audio_branch.layers."))
    tables = [shapes[f"audio_branch.layers.{stage}.blocks.0.attn.relative_position_bias_table"] for stage in stages]
    n_tokens, text_width = shapes["text_branch.embeddings.word_embeddings.weight"]
    return Architecture(
        width=shapes["audio_branch.patch_embed.proj.weight"][0],
        depths=tuple(_count(shapes, f"audio_branch.layers.{stage}.blocks.") for stage in stages),
        heads=tuple(table[1] for table in tables),
        window=(math.isqrt(tables[0][0]) + 1) // 2,
        text_width=text_width,
        text_depth=_count(shapes, "text_branch.encoder.layer."),
        text_mlp_width=shapes["text_branch.encoder.layer.0.intermediate.dense.weight"][0],
        n_tokens=n_tokens,
        n_positions=shapes["text_branch.embeddings.position_embeddings.weight"][0],
        dim=shapes["audio_projection.2.weight"][0],
    )


def _count(shapes: Shapes, prefix: str) -> int:
    return len({name[len(prefix) :].split(".")[0] for name in shapes if name.startswith(prefix)})


def needed_shapes(of: Architecture) -> dict[str, Shape]:
    """Return every tensor that the embeddings need, by LAION's names."""
    return dict([*_audio(of), *_text(of)])


def other_shapes(of: Architecture) -> dict[str, Shape]:
    """Return the tensors of LAION's checkpoints that no embedding needs, but for the masks of `is_mask`."""
    side = of.grid(len(of.depths) - 1) // (SPEC_SIZE // N_MELS)
    named: dict[str, Shape] = {
        "logit_scale_a": (),
        "logit_scale_t": (),
        "audio_branch.spectrogram_extractor.stft.conv_real.weight": (513, 1, 1024),
        "audio_branch.spectrogram_extractor.stft.conv_imag.weight": (513, 1, 1024),
        "audio_branch.bn0.num_batches_tracked": (),
        "audio_branch.tscam_conv.weight": (N_CLASSES, of.audio_width, side, 3),
        "audio_branch.tscam_conv.bias": (N_CLASSES,),
        **dict(_linear("audio_branch.head", N_CLASSES, N_CLASSES)),
    }
    for modality in ("audio", "text"):
        for number in (0, 3):
            named |= dict(_linear(f"{modality}_transform.sequential.{number}", of.dim, of.dim))
    return named


def is_mask(name: str) -> bool:
    """Say whether a tensor follows from the sizes alone: masks, index tables and positions, which are recomputed."""
    return name.endswith((".attn_mask", ".relative_position_index", ".position_ids"))


def _audio(of: Architecture) -> Iterator[tuple[str, Shape]]:
    yield "audio_branch.logmel_extractor.melW", (513, N_MELS)
    for name in ("weight", "bias", "running_mean", "running_var"):
        yield f"audio_branch.bn0.{name}", (N_MELS,)
    yield "audio_branch.patch_embed.proj.weight", (of.width, 1, PATCH, PATCH)
    yield "audio_branch.patch_embed.proj.bias", (of.width,)
    yield from _norm("audio_branch.patch_embed.norm", of.width)
    for stage, depth in enumerate(of.depths):
        width = of.width * 2**stage
        for block in range(depth):
            yield from _audio_block(f"audio_branch.layers.{stage}.blocks.{block}", of, stage, width)
        if stage < len(of.depths) - 1:
            yield f"audio_branch.layers.{stage}.downsample.reduction.weight", (2 * width, 4 * width)
            yield from _norm(f"audio_branch.layers.{stage}.downsample.norm", 4 * width)
    yield from _norm("audio_branch.norm", of.audio_width)
    yield from _linear("audio_projection.0", of.audio_width, of.dim)
    yield from _linear("audio_projection.2", of.dim, of.dim)


def _audio_block(at: str, of: Architecture, stage: int, width: int) -> Iterator[tuple[str, Shape]]:
    yield from _norm(f"{at}.norm1", width)
    yield from _norm(f"{at}.norm2", width)
    yield f"{at}.attn.relative_position_bias_table", ((2 * of.window_of(stage) - 1) ** 2, of.heads[stage])
    yield from _linear(f"{at}.attn.qkv", width, 3 * width)
    yield from _linear(f"{at}.attn.proj", width, width)
    yield from _linear(f"{at}.mlp.fc1", width, MLP_RATIO * width)
    yield from _linear(f"{at}.mlp.fc2", MLP_RATIO * width, width)


def _text(of: Architecture) -> Iterator[tuple[str, Shape]]:
    width = of.text_width
    yield "text_branch.embeddings.word_embeddings.weight", (of.n_tokens, width)
    yield "text_branch.embeddings.position_embeddings.weight", (of.n_positions, width)
    yield "text_branch.embeddings.token_type_embeddings.weight", (1, width)
    yield from _norm("text_branch.embeddings.LayerNorm", width)
    for layer in range(of.text_depth):
        at = f"text_branch.encoder.layer.{layer}"
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            yield from _linear(f"{at}.{part}", width, width)
        yield from _norm(f"{at}.attention.output.LayerNorm", width)
        yield from _linear(f"{at}.intermediate.dense", width, of.text_mlp_width)
        yield from _linear(f"{at}.output.dense", of.text_mlp_width, width)
        yield from _norm(f"{at}.output.LayerNorm", width)
    yield from _linear("text_branch.pooler.dense", width, width)
    yield from _linear("text_projection.0", width, of.dim)
    yield from _linear("text_projection.2", of.dim, of.dim)


def _linear(at: str, n_in: int, n_out: int) -> Iterator[tuple[str, Shape]]:
    yield f"{at}.weight", (n_out, n_in)
    yield f"{at}.bias", (n_out,)


def _norm(at: str, width: int) -> Iterator[tuple[str, Shape]]:
    yield f"{at}.weight", (width,)
    yield f"{at}.bias", (width,)
