"""Kits: a sound for each slot, their tuning and beats, and instruments."""

DEFAULT_SLOTS = "kick,snare,closed hi-hat,open hi-hat,clap,perc*3"  # as parsed by `indexer.kits.slots.parse_slots`
