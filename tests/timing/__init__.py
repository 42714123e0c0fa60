"""Whether anybody can tell, by the time auth takes to refuse, who exists: tries of each kind, and a planted leak."""
