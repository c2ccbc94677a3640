"""How well a model names sounds whose labels are known."""
