"""Read a checkpoint in LAION's own file format without executing code from it."""

import pickle
import warnings
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch

from db.errors import ModelError, system_reason
from db.paths import display_text
from indexer.encoders.laion.architecture import Architecture, is_mask, needed_shapes, other_shapes, read_architecture
from indexer.encoders.laion.installation.unpickling import NAMES_ALONE, ForbiddenGlobalError

Weights = dict[str, torch.Tensor]

_PARALLEL = "module."  # what training on several GPUs puts before each name
_NEWER_PICKLE = "Unsupported operand"  # protocol 4, which torch's own safe reader does not know
_N_NAMED = 3


def read_checkpoint(path: Path) -> tuple[Weights, Architecture]:
    """Read the weights that embeddings need, by LAION's names, float32.

    The optimizer's state and whatever else lies beside the weights is left out.

    Raises:
        ModelError: It is no checkpoint, holds code, is cut off, or is of another model.
    """
    name = display_text(path.name)
    state = _state_of(_load(path, name), name)
    shapes = {key: tuple(tensor.shape) for key, tensor in state.items()}
    try:
        architecture = read_architecture(shapes)
    except (KeyError, IndexError, ValueError):
        raise ModelError(
            f"{name} is a checkpoint of another model than LAION-CLAP with HTSAT and RoBERTa, without fusion. "
            "Known ones: earmark model list"
        ) from None
    needed = needed_shapes(architecture)
    _check_shapes(name, shapes, needed, other_shapes(architecture))
    weights = {key: state[key].to(torch.float32).contiguous() for key in needed}
    spoilt = [key for key, tensor in weights.items() if not torch.isfinite(tensor).all()]
    if spoilt:
        raise ModelError(f"{name} is damaged: {spoilt[0]} holds values that are no numbers. Fetch it again.")
    return weights, architecture


def _load(path: Path, name: str) -> Any:
    _check_archive(path, name)
    numbers = [np.dtype, np.ndarray, np.float64, np.float32, np.int64, np.bool_, *_numpy_makers()]
    try:
        with torch.serialization.safe_globals([*numbers, *_numpy_dtypes()]), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # protocol 4 is what the other reader is for
            return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except pickle.UnpicklingError as error:
        if _NEWER_PICKLE not in str(error):
            raise _holds_code(name, error) from None
    except (RuntimeError, EOFError, ValueError, KeyError, OSError):
        raise _damaged(name) from None
    try:
        return torch.load(path, map_location="cpu", weights_only=False, pickle_module=NAMES_ALONE, mmap=True)
    except ForbiddenGlobalError as error:
        raise _holds_code(name, error) from None
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, KeyError, IndexError, TypeError, OSError):
        raise _damaged(name) from None


def _check_archive(path: Path, name: str) -> None:
    """Reject anything but a zip archive, which every checkpoint since 2020 is: torch would guess at the format."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise ModelError(f"{name} cannot be read: {system_reason(error)}.") from error
    if not start:
        raise ModelError(f"{name} is empty. Fetch it again.")
    if not start.startswith(b"PK"):
        if start.startswith(b"\x80"):
            raise ModelError(f"{name} is a bare pickle, which could hold anything, and is not opened.")
        raise ModelError(f"{name} is not a checkpoint of torch.")
    if not zipfile.is_zipfile(path):
        raise _damaged(name)


def _state_of(loaded: Any, name: str) -> Weights:
    state = loaded.get("state_dict", loaded) if isinstance(loaded, dict) else None
    if not isinstance(state, dict) or not all(
        isinstance(key, str) and isinstance(value, torch.Tensor) for key, value in state.items()
    ):
        raise ModelError(f"{name} holds no weights by name, so it is not a checkpoint of LAION's.")
    return {key.removeprefix(_PARALLEL): value for key, value in state.items()}


def _check_shapes(
    name: str,
    shapes: dict[str, tuple[int, ...]],
    needed: dict[str, tuple[int, ...]],
    others: dict[str, tuple[int, ...]],
) -> None:
    missing = sorted(needed.keys() - shapes.keys())
    unexpected = sorted(key for key in shapes.keys() - needed.keys() - others.keys() if not is_mask(key))
    wrong = sorted(key for key in shapes.keys() & needed.keys() if shapes[key] != needed[key])
    for keys, complaint in ((missing, "lacks"), (unexpected, "has besides"), (wrong, "has in another shape")):
        if keys:
            more = f" and {len(keys) - _N_NAMED} more" if len(keys) > _N_NAMED else ""
            raise ModelError(
                f"{name} is not one of LAION's checkpoints that earmark knows: it {complaint} "
                f"{display_text(', '.join(keys[:_N_NAMED]))}{more}. Known ones: earmark model list"
            )


def _holds_code(name: str, error: Exception) -> ModelError:
    what = next((line for line in str(error).splitlines() if "GLOBAL" in line or "global" in line), "")
    called = what.partition("GLOBAL ")[2].split(" ")[0] or str(error).split("\n", maxsplit=1)[0]
    return ModelError(
        f"{name} holds more than weights ({display_text(called)[:80]}), which could be a program; "
        "it was not run and is not used. Delete it, and fetch the original with: earmark model get"
    )


def _damaged(name: str) -> ModelError:
    return ModelError(f"{name} is cut off or damaged. Fetch it again with: earmark model get")


def _numpy_makers() -> list[Any]:
    """Return what numpy pickles its numbers with; also under the name of older versions, which LAION used."""
    multiarray = import_module("numpy.core.multiarray")
    makers = [multiarray.scalar, multiarray._reconstruct]  # noqa: SLF001
    return [*makers, *[(maker, f"numpy.core.multiarray.{maker.__name__}") for maker in makers]]


def _numpy_dtypes() -> list[Any]:
    return [type(np.dtype(kind)) for kind in ("float64", "float32", "float16", "int64", "int32", "bool")]
