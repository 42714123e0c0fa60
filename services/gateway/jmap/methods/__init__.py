"""Which service answers which methods, what it announces, and what the gateway does on its behalf."""
