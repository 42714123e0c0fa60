"""The demonstration set: agents, mail, an agenda and contacts of an académie that does not exist."""
