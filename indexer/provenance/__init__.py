"""Where sounds come from: author, licence and source."""
