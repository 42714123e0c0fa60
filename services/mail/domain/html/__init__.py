"""HTML of strangers made safe, and made text."""
