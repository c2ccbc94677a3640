"""Kits: one sound for each slot."""

DEFAULT_SLOTS = "kick,snare,closed hi-hat,open hi-hat,clap,perc*3"  # as of `indexer.kits.slots.parse_slots`
