"""One module per screen: layout, workers, and what a key does there."""
