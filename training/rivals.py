"""Write the names of all types as the text tower describes them: ``python -m training.rivals`` after either changed."""

import numpy as np
from safetensors.numpy import save_file

from indexer.encoders.compact.model import TEXT_DIM, WEIGHTS_FOLDER
from indexer.encoders.prompts import describe
from indexer.encoders.registry import COMPACT, load_text_encoder
from indexer.search.prompt_contrast import FILE_NAME, ROWS
from indexer.tagging.taxonomy import sound_types


def main() -> None:
    rows = describe(load_text_encoder(COMPACT), [kind.name for kind in sound_types()])[:, :TEXT_DIM]
    save_file({ROWS: rows.astype(np.float16)}, WEIGHTS_FOLDER / FILE_NAME)


if __name__ == "__main__":
    main()
