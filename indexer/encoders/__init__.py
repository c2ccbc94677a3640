"""Waveforms and words to embeddings: the contract, the models, the process that runs them."""
