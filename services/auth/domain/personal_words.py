"""The words of an agent's identity that a password may not hold."""

import re

from contracts.auth import Agent


def personal_words(agent: Agent, short_login: str = "") -> tuple[str, ...]:
    """Names whole and in parts, the address and its parts, the short identifier, the establishment's number."""
    local_part = agent.address.partition("@")[0]
    whole = [agent.given_name, agent.family_name, agent.address, local_part, short_login, agent.uai]
    parts = re.split(r"[\W_]+", f"{agent.given_name} {agent.family_name}")
    joined = [re.sub(r"[\W_]+", "", name) for name in (agent.given_name, agent.family_name)]
    return tuple(dict.fromkeys(word for word in (*whole, *parts, *joined) if word))
