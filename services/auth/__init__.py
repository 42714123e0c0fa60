"""Accounts of the agents: who they are, how they sign in, their sessions."""
