"""The built-in model: a small convolutional network for sounds, a smaller one without torch for words."""
