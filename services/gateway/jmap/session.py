"""The Session object (RFC 8620 §2)."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

import orjson

from contracts.jmap import JsonObject
from services.gateway.identity.principal import Principal
from services.gateway.jmap.methods import core
from services.gateway.jmap.methods.service import Registry
from services.gateway.limits import Limits

KEPT = 10_000


@dataclass(frozen=True, slots=True)
class SessionDocument:
    """`state` also stands in every API response as sessionState (§3.4)."""

    body: bytes
    state: str


class Sessions:
    """Makes session documents; those of the most recent callers are kept, since every response needs their state."""

    def __init__(self, registry: Registry, limits: Limits) -> None:
        announced = {
            name: properties for service in registry.services for name, properties in service.capabilities.items()
        }
        self._account_capabilities = announced
        self._capabilities: JsonObject = {core.CAPABILITY: core.announced(limits), **{name: {} for name in announced}}
        for service in registry.services:
            self._capabilities |= service.session_capabilities
        self._documents: OrderedDict[tuple[str, str, str], SessionDocument] = OrderedDict()

    @property
    def capabilities(self) -> frozenset[str]:
        return frozenset(self._capabilities)

    def document(self, principal: Principal, base_url: str) -> SessionDocument:
        """`base_url`: absolute, without a trailing slash."""
        key = (principal.account_id, principal.agent.address, base_url)
        document = self._documents.get(key)
        if document is None:
            document = self._documents[key] = self._make(principal, base_url)
            if len(self._documents) > KEPT:
                self._documents.popitem(last=False)
        return document

    def _make(self, principal: Principal, base_url: str) -> SessionDocument:
        session = self._session(principal, base_url)
        state = hashlib.sha256(orjson.dumps(session)).hexdigest()[:16]
        return SessionDocument(orjson.dumps({**session, "state": state}), state)

    def _session(self, principal: Principal, base_url: str) -> JsonObject:
        account_id = principal.account_id
        return {
            "capabilities": self._capabilities,
            "accounts": {
                account_id: {
                    "name": principal.agent.address,
                    "isPersonal": True,
                    "isReadOnly": False,
                    "accountCapabilities": self._account_capabilities,
                }
            },
            "primaryAccounts": dict.fromkeys(self._account_capabilities, account_id),
            "username": principal.agent.address,
            "apiUrl": f"{base_url}/jmap/api",
            "downloadUrl": f"{base_url}/jmap/download/{{accountId}}/{{blobId}}/{{name}}?type={{type}}",
            "uploadUrl": f"{base_url}/jmap/upload/{{accountId}}",
            "eventSourceUrl": f"{base_url}/jmap/eventsource?types={{types}}&closeafter={{closeafter}}&ping={{ping}}",
        }
