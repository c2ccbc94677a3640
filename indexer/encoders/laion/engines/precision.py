"""Where and how exactly to compute: a GPU where there is one, bfloat16 where the processor has it."""

import torch

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def best_device() -> torch.device:
    """Return the GPU of this machine (CUDA or Apple's), else the processor."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def choose_dtype(precision: str, device: torch.device) -> torch.dtype:
    """Return the type of the large products.

    ``"auto"`` is bfloat16 on CUDA from Ampere on and on processors with instructions for it. Elsewhere it is emulated,
    and slower than float32.
    """
    if precision != "auto":
        return _DTYPES[precision]
    if device.type == "cuda":
        has_bfloat16 = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        has_bfloat16 = device.type == "cpu" and torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001
    return torch.bfloat16 if has_bfloat16 else torch.float32
