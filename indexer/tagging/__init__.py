"""Tags of sounds, with their confidence."""
