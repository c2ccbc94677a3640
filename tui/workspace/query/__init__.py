"""Query lines: their edits, help and notices; which sounds of the library they select."""
