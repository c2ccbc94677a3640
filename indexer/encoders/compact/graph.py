"""The audio tower as an ONNX graph, built from its weights and computed by `onnxruntime`, without torch.

The graph computes one window at a time, so that a sound has the same vector alone or in any batch. Its last two layers,
in which memory is read for most of the time, can be a graph of their own, which takes all windows of a batch.
"""

from collections.abc import Sequence

from indexer.encoders.compact.layers import Arrays, FloatLayers
from indexer.encoders.compact.onnx_model import OnnxModel, Shape
from indexer.encoders.compact.quantized import QuantizedLayers, Ranges

PICTURE, LENGTH = "picture", "length"
EMBEDDING, FIRST_LAYER, VIEWS = "embedding", "first_layer", "views"
_STRIDES = ((2, 2), (2, 2), (2, 1))  # of the stages, in bands and time
_ATTACK_STEPS = 2
# What is quantized, with its range.
QUANTIZED = (
    "stem",
    *(f"stages.{stage}{part}" for stage in range(3) for part in (".down", ".first", ".second", "")),
    "step",
)


def build_graph(
    weights: Arrays, ranges: Ranges | None = None, watched: Sequence[str] = (), *, has_head: bool = True
) -> bytes:
    """Return the tower as an ONNX model.

    Its inputs are a picture in the network's range, shape ``(1, channels, mels, time)``, and the two views on a sound's
    length, shape ``(1, 2)``; its outputs a unit row, and mean and maximum over time of each channel and band of the
    first layer as one row.

    Args:
        weights: Those of `AudioTower`, by their names there.
        ranges: Smallest and largest value of each layer, by its name: with them, what follows the first layer is
            computed in 8 bits; without them, in floating point.
        watched: Layers that are outputs too.
        has_head: With the last two layers; without them, the output ``VIEWS`` takes the place of the unit row.

    Raises:
        KeyError: A weight or a range is missing.
    """
    model = OnnxModel()
    layers = FloatLayers(model, weights)
    first = layers.convolve(PICTURE, "stem", (2, 2), has_relu=True)
    _over_time(model, first)
    body = layers if ranges is None else QuantizedLayers(model, weights, ranges)
    x = body.enter(first, "stem")
    for stage, stride in enumerate(_STRIDES):
        down = body.convolve(x, f"stages.{stage}.down", stride, has_relu=True)
        y = body.convolve(down, f"stages.{stage}.first", has_relu=True)
        y = body.convolve(y, f"stages.{stage}.second")
        x = body.join(y, down, f"stages.{stage}")
    rows = model.add("Transpose", [x], perm=[0, 3, 1, 2])
    rows = model.add("Reshape", [rows, model.constant([0, 0, -1])])  # (1, time / 8, channels * mels / 16)
    steps = model.add("Relu", [body.linear(rows, x, "step")], "step")
    shares = model.add("Softmax", [body.linear(body.enter(steps, "step"), "step", "attention")], axis=1)
    attended = model.add("ReduceSum", [model.add("Mul", [shares, steps]), model.constant([1])], keepdims=0)
    padded = model.add("Pad", [steps, model.constant([0, 0, 0, 0, _ATTACK_STEPS, 0])])
    attack = model.add("Slice", [padded, *(model.constant([n]) for n in (0, _ATTACK_STEPS, 1))])
    views = [
        model.add("ReduceMean", [steps], axes=[1], keepdims=0),
        model.add("ReduceMax", [steps], axes=[1], keepdims=0),
        attended,
        model.add("Reshape", [attack, model.constant([1, -1])]),
        LENGTH,
    ]
    model.add("Concat", views, VIEWS, axis=1)
    if has_head:
        _add_head(model, layers)
    inputs: dict[str, Shape] = {PICTURE: [1, weights["stem.conv.weight"].shape[1], None, None], LENGTH: [1, 2]}
    outputs: dict[str, Shape] = {EMBEDDING if has_head else VIEWS: [1, None], FIRST_LAYER: [1, None]}
    outputs.update({name: [1, None, None, None] for name in watched})
    return model.serialize(inputs, outputs)


def build_head(weights: Arrays) -> bytes:
    """Return the last two layers as an ONNX model, from ``VIEWS``, shape ``(n, n_views)``, to unit rows.

    Raises:
        KeyError: A weight is missing.
    """
    model = OnnxModel()
    _add_head(model, FloatLayers(model, weights))
    return model.serialize({VIEWS: [None, weights["hidden.weight"].shape[1]]}, {EMBEDDING: [None, None]})


def _add_head(model: OnnxModel, layers: FloatLayers) -> None:
    hidden = model.add("Relu", [layers.linear(VIEWS, "", "hidden")])
    model.add("LpNormalization", [layers.linear(hidden, "", "project")], EMBEDDING, axis=1, p=2)


def _over_time(model: OnnxModel, first: str) -> None:
    """Output mean and maximum over time of the first layer."""
    flat = [
        model.add("Reshape", [model.add(kind, [first], axes=[3], keepdims=0), model.constant([1, -1])])
        for kind in ("ReduceMean", "ReduceMax")
    ]
    model.add("Concat", flat, FIRST_LAYER, axis=1)
