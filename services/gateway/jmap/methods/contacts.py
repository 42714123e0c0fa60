"""Contacts (RFC 9610)."""

from contracts.contacts import ContactsApi
from services.gateway.jmap.methods.service import ServiceMethods

CAPABILITY = "urn:ietf:params:jmap:contacts"
METHODS = ServiceMethods(
    name="contacts",
    method=ContactsApi.jmap,
    ping=ContactsApi.ping,
    capability_of={"AddressBook": CAPABILITY, "ContactCard": CAPABILITY},
    capabilities={CAPABILITY: {"maxAddressBooksPerCard": 1, "mayCreateAddressBook": True}},
    pushed=("AddressBook", "ContactCard"),
)
