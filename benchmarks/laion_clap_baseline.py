"""Embed files one at a time with `laion_clap` as published, weights random: its cost, without a download.

usage: python -m benchmarks.laion_clap_baseline FILE...
       python -m benchmarks.laion_clap_baseline --clip

Prints one line of JSON; with --clip, the seconds that ten seconds of sound take in one thread. Import and construction
are not counted, nor is a first file that warms it up.
"""

import json
import os
import sys
import time
from typing import Any
from unittest.mock import MagicMock, patch


def build(amodel: str = "HTSAT-tiny") -> Any:
    """Build CLAP; tokenizers are not needed for audio, and the text tower keeps random weights."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import transformers  # noqa: PLC0415 - reads the environment when imported

    def random_roberta(*_: object, **__: object) -> transformers.RobertaModel:
        shape = {"vocab_size": 50_265, "max_position_embeddings": 514, "type_vocab_size": 1, "layer_norm_eps": 1e-5}
        return transformers.RobertaModel(transformers.RobertaConfig(**shape))

    tokenizers = ("BertTokenizer", "RobertaTokenizer", "BartTokenizer")
    patches = [patch.object(getattr(transformers, name), "from_pretrained", MagicMock()) for name in tokenizers]
    patches.append(patch.object(transformers.RobertaModel, "from_pretrained", random_roberta))
    for active in patches:
        active.start()
    arguments, sys.argv = sys.argv, sys.argv[:1]  # the package parses the command line of whoever imports it
    try:
        import laion_clap  # noqa: PLC0415 - loads its tokenizers when imported

        return laion_clap.CLAP_Module(enable_fusion=False, amodel=amodel, device="cpu")
    finally:
        sys.argv = arguments
        for active in patches:
            active.stop()


def files_per_second(model: Any, paths: list[str]) -> float:
    """Embed each file in a call of its own; files that it cannot read, whatever it raises, do not count."""
    model.get_audio_embedding_from_filelist(paths[:1])
    n_embedded = 0
    began = time.perf_counter()
    for path in paths:
        try:
            model.get_audio_embedding_from_filelist([path])
        except Exception as error:
            print(f"{path}: {error}", file=sys.stderr)
        else:
            n_embedded += 1
    return n_embedded / (time.perf_counter() - began)


def seconds_per_clip(model: Any) -> float:
    """Embed a clip that is in memory already, in one thread; the median of ten."""
    import numpy as np  # noqa: PLC0415 - as below
    import torch  # noqa: PLC0415 - comes with the model

    torch.set_num_threads(1)
    clip = np.random.default_rng(0).normal(0, 0.1, (1, 480_000)).astype(np.float32)
    seconds = []
    for _ in range(11):
        began = time.perf_counter()
        model.get_audio_embedding_from_data(clip, use_tensor=False)
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds[1:]))


def main() -> None:
    model = build()
    if sys.argv[1:] == ["--clip"]:
        print(json.dumps(seconds_per_clip(model)))
    else:
        print(json.dumps({"files_per_second": files_per_second(model, sys.argv[1:])}))


if __name__ == "__main__":
    main()
