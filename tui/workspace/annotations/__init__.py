"""What a user says of sounds, with undo: tags, stars, notes, collections, corrections, and taught tags."""
