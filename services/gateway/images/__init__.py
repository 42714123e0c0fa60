"""Pictures that messages fetch from elsewhere: on the agent's word, and by us instead of their browser."""
