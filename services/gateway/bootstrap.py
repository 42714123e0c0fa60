"""The whole wiring of the gateway."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.types import ASGIApp

from chassis.blobs import BlobStore
from chassis.blobs.settings import blob_store
from chassis.broadcast import listen_broadcast
from chassis.outward.client import Outward
from chassis.rpc_client import RpcClient
from chassis.settings import InstitutionSettings
from services.gateway.api.account import AccountEndpoints
from services.gateway.api.activity import ActivityEndpoint
from services.gateway.api.answers import SessionAnswers
from services.gateway.api.challenges import ChallengeEndpoints
from services.gateway.api.forms import Forms
from services.gateway.api.holder import Holders
from services.gateway.api.institution import InstitutionEndpoint
from services.gateway.api.operations import ApiEndpoints, operations
from services.gateway.api.recovery import RecoveryEndpoints
from services.gateway.api.session import SessionEndpoints
from services.gateway.api.sessions import OpenSessionsEndpoints
from services.gateway.api.status import StatusEndpoint
from services.gateway.app import Endpoints, build
from services.gateway.blobs.download import DownloadEndpoint
from services.gateway.blobs.threads import DiskThreads
from services.gateway.blobs.upload import UploadEndpoint
from services.gateway.caller import Caller
from services.gateway.identity.authenticator import Authenticator
from services.gateway.identity.cache import PrincipalCache, Principals
from services.gateway.identity.cookies import Cookies
from services.gateway.identity.origin import Origin
from services.gateway.images.remote import RemoteImageEndpoint
from services.gateway.jmap.dispatch import Dispatcher
from services.gateway.jmap.endpoint import JmapEndpoint
from services.gateway.jmap.methods import calendar, contacts, mail, push
from services.gateway.jmap.methods.renditions import RenditionFill
from services.gateway.jmap.methods.service import Registry
from services.gateway.jmap.session import Sessions
from services.gateway.limits import Limits
from services.gateway.push.eventsource import EventSourceEndpoint
from services.gateway.push.hub import PushHub
from services.gateway.push.listener import HEARD, BroadcastListener
from services.gateway.push.states import CurrentStates
from services.gateway.settings import GatewaySettings
from services.gateway.site.files import SiteEndpoint

SESSION_SECONDS = 30.0
PASSWORD_SECONDS = 60.0
KEPT_SESSIONS = 20_000
KEPT_PASSWORDS = 5_000
IMAGES_CACHE_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Gateway:
    """app: ASGI. hub: to be stopped before the server waits for its connections. client: the one to the bus.
    listening: hears the broadcasts for as long as the process should live."""

    app: ASGIApp
    hub: PushHub
    client: RpcClient
    listening: asyncio.Task[None]


@dataclass(frozen=True, slots=True)
class Parts:
    endpoints: Endpoints
    app: ASGIApp
    hub: PushHub
    listener: BroadcastListener


def assemble(
    settings: GatewaySettings,
    institution: InstitutionSettings,
    client: Caller,
    store: BlobStore,
    threads: DiskThreads,
    limits: Limits,
) -> Parts:
    """Everything but the connections: nothing here waits or fails."""
    principals = Principals(
        sessions=PrincipalCache(ttl=SESSION_SECONDS, capacity=KEPT_SESSIONS),
        passwords=PrincipalCache(ttl=PASSWORD_SECONDS, capacity=KEPT_PASSWORDS),
    )
    cookies, origin = Cookies.make(secure=settings.secure), Origin(settings.public_url)
    authenticator = Authenticator(client, cookies, origin, principals)
    forms, answers = Forms(origin), SessionAnswers(cookies, principals)
    holders = Holders(authenticator, client, cookies, principals.sessions)
    mail_methods = mail.methods(store, threads, institution.mail)
    registry = Registry(mail_methods, calendar.METHODS, contacts.METHODS, push.methods(settings.vapid_public_key))
    dispatcher = Dispatcher(client, registry, limits)
    hub = PushHub(limits)
    endpoints = Endpoints(
        jmap=JmapEndpoint(authenticator, origin, Sessions(registry, limits), dispatcher, limits),
        upload=UploadEndpoint(authenticator, client, store, threads, limits),
        download=DownloadEndpoint(authenticator, client, store, threads, limits),
        remote_images=RemoteImageEndpoint(
            authenticator, client, RenditionFill(store, threads, IMAGES_CACHE_BYTES), Outward(settings), limits
        ),
        push=EventSourceEndpoint(authenticator, hub, CurrentStates(client, registry), limits),
        operations=operations(
            ApiEndpoints(
                institution=InstitutionEndpoint(institution),
                status=StatusEndpoint(client),
                session=SessionEndpoints(authenticator, client, cookies, forms, answers),
                challenges=ChallengeEndpoints(client, cookies, forms, limits),
                recovery=RecoveryEndpoints(client, cookies, forms, answers),
                account=AccountEndpoints(holders, forms, answers),
                sessions=OpenSessionsEndpoints(holders, answers, principals.sessions),
                activity=ActivityEndpoint(holders),
            )
        ),
        site=SiteEndpoint(settings.web_root),
    )
    listener = BroadcastListener(hub, principals)
    return Parts(endpoints, build(endpoints, secure=settings.secure), hub, listener)


@asynccontextmanager
async def gateway(settings: GatewaySettings, institution: InstitutionSettings) -> AsyncIterator[Gateway]:
    """The gateway while its connections are open."""
    limits = Limits(request_seconds=settings.jmap_request_seconds)
    threads = DiskThreads()
    store = await threads.run(blob_store, settings)
    async with RpcClient(settings.amqp_url, name="gateway") as client:
        parts = assemble(settings, institution, client, store, threads, limits)
        listening = asyncio.create_task(
            listen_broadcast(settings.amqp_url, HEARD, parts.listener.heard, on_gap=parts.listener.gap)
        )
        try:
            yield Gateway(parts.app, parts.hub, client, listening)
        finally:
            listening.cancel()
            await asyncio.wait([listening])
            threads.close()
