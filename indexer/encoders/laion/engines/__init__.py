"""The ways to compute a LAION model: earmark's own towers, and the two published implementations they are held to."""
