"""The directory of all agents, and the address books of each."""
