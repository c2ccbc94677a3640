"""Write the names of all types as the text tower reads them: ``python -m training.prompts`` after either changed."""

import numpy as np
from safetensors.numpy import save_file

from indexer.encoders.compact.model import PROMPTS, TEXT_DIM, WEIGHTS_FOLDER, prompts_path
from indexer.encoders.prompts import describe
from indexer.encoders.registry import BUILT_IN, load_text_encoder
from indexer.tagging.tagger import Tagger


def main() -> None:
    encoder = load_text_encoder(BUILT_IN)
    rows = describe(encoder, [kind.name for kind in Tagger(encoder).types])[:, :TEXT_DIM]
    save_file({PROMPTS: rows.astype(np.float16)}, prompts_path(WEIGHTS_FOLDER))


if __name__ == "__main__":
    main()
