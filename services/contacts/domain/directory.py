"""The card of a colleague, as everybody sees it."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.auth import AccountState, Agent
from contracts.contacts import DIRECTORY_ID
from contracts.jmap import JsonObject
from services.contacts.domain.ids import CardId
from services.contacts.domain.search_words import Lexemes, SearchField, sort_key

_UIDS = uuid.UUID("6f1f4c1e-2f0f-5d7e-9a57-6f0d6a1c5b11")


@dataclass(frozen=True, slots=True)
class Colleague:
    """One row of the directory. `establishment`: the name of the UAI where it is known."""

    number: int
    uid: str
    agent: Agent
    state: AccountState
    establishment: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Indexed:
    """What a card is found and sorted by."""

    key_full: str
    key_given: str
    key_surname: str
    lexemes: list[str]


def uid_of(account_id: str) -> str:
    return uuid.uuid5(_UIDS, account_id).urn


def index_agent(agent: Agent, establishment: str | None) -> Indexed:
    lexemes = Lexemes()
    lexemes.add(agent.given_name, SearchField.NAME, SearchField.GIVEN)
    lexemes.add(agent.family_name, SearchField.NAME, SearchField.SURNAME)
    lexemes.add_address(agent.address, with_domain=False)
    for organization in (establishment, agent.uai):
        lexemes.add(organization or "", SearchField.ORGANIZATION)
    lexemes.add(agent.category)
    lexemes.add(agent.departement, SearchField.ADDRESS)
    full = f"{agent.given_name} {agent.family_name}"
    return Indexed(sort_key(full), sort_key(agent.given_name), sort_key(agent.family_name), lexemes.all())


def directory_card(colleague: Colleague) -> JsonObject:
    """The ContactCard (RFC 9610 §3, RFC 9553)."""
    agent = colleague.agent
    return {
        "id": str(CardId("d", colleague.number)),
        "addressBookIds": {DIRECTORY_ID: True},
        "@type": "Card",
        "version": "1.0",
        "uid": colleague.uid,
        "kind": "individual",
        "name": {
            "components": [
                {"kind": "given", "value": agent.given_name},
                {"kind": "surname", "value": agent.family_name},
            ],
            "isOrdered": True,
            "full": f"{agent.given_name} {agent.family_name}",
        },
        "emails": {"work": {"address": agent.address, "contexts": {"work": True}}},
        "titles": {"category": {"kind": "title", "name": agent.category, "organizationId": "establishment"}},
        "organizations": {"establishment": {"name": colleague.establishment or agent.uai}},
        "addresses": {
            "departement": {
                "components": [{"kind": "region", "value": agent.departement}],
                "countryCode": "FR",
                "contexts": {"work": True},
            }
        },
        "created": utc_text(colleague.created_at),
        "updated": utc_text(colleague.updated_at),
    }


def utc_text(moment: datetime) -> str:
    """UTCDateTime (RFC 9553 §1.4.5), whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
