"""The SMTP session: what is on the wire, and its bounds. Knows neither database nor disk."""
