"""Takes the establishments' names in from the settings, and has the colleagues there found by them."""

from collections.abc import Mapping

from services.contacts.application.ports import ContactsStore
from services.contacts.domain.directory import index_agent


def name_establishments(store: ContactsStore, names: Mapping[str, str]) -> int:
    """`names` by UAI. One transaction an establishment; those already known by that name cost nothing. How many
    changed."""
    with store.directory() as directory:
        known = directory.known_establishments()
    changed = [uai for uai in sorted(known.keys() | names.keys()) if known.get(uai) != names.get(uai)]
    for uai in changed:
        with store.directory() as directory:
            if directory.save_establishment(uai, names.get(uai)):
                for agent in directory.agents_of(uai):
                    directory.index_again(agent.account_id, index_agent(agent, names.get(uai)))
    return len(changed)
