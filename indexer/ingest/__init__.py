"""Files into the library: scan, decode, measure, embed, store."""
