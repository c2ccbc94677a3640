"""What a sound is called, and how sure that is."""
