"""How well a model hears sounds whose labels are known."""
