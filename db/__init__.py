"""The library on disk: what earmark knows of a producer's sounds, in one folder."""
