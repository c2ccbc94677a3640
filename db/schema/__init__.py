"""Tables, and how an older library is brought up to date."""
