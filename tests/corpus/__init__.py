"""Real mail, or what breaks like it, through the whole system: accepted = stored = listed, and byte for byte."""
