"""Mail and submission (RFC 8621), blobs (RFC 9404), and the vendor's safe HTML."""

from chassis.blobs import BlobStore
from chassis.settings import MailPolicy
from contracts.mail import (
    DIGESTS,
    MAX_DATA_SOURCES,
    RETENTION_CAPABILITY,
    SAFE_HTML_CAPABILITY,
    SNOOZE_CAPABILITY,
    MailApi,
)
from services.gateway.blobs.threads import DiskThreads
from services.gateway.jmap.methods import core
from services.gateway.jmap.methods.blob_selections import SelectionFill
from services.gateway.jmap.methods.blob_sources import SourceOffload
from services.gateway.jmap.methods.bodies import SEEN_HERE, BodyOffload
from services.gateway.jmap.methods.renditions import RenditionFill
from services.gateway.jmap.methods.service import ServiceMethods, all_of, one_after_the_other

MAIL = "urn:ietf:params:jmap:mail"
SUBMISSION = "urn:ietf:params:jmap:submission"
BLOB = "urn:ietf:params:jmap:blob"
QUOTA = "urn:ietf:params:jmap:quota"
MAX_HOLD_SECONDS = 30 * 86_400
FUTURE_RELEASE = {"FUTURERELEASE": [str(MAX_HOLD_SECONDS)]}
"""RFC 4865 §4: the longest hold. A date of its own would be another one in every session object."""

SORTS = [
    "receivedAt",
    "sentAt",
    "size",
    "from",
    "to",
    "subject",
    "hasKeyword",
    "allInThreadHaveKeyword",
    "someInThreadHaveKeyword",
]


def methods(store: BlobStore, threads: DiskThreads, policy: MailPolicy) -> ServiceMethods:
    """Attachments grow by a third in base64."""
    return ServiceMethods(
        name="mail",
        method=MailApi.jmap,
        ping=MailApi.ping,
        capability_of={
            "Mailbox": MAIL,
            "Thread": MAIL,
            "Email": MAIL,
            "SearchSnippet": MAIL,
            "Identity": SUBMISSION,
            "EmailSubmission": SUBMISSION,
            "Quota": QUOTA,
            "Blob": BLOB,
            "Blob/copy": core.CAPABILITY,
        },
        capabilities={
            MAIL: {
                "maxMailboxesPerEmail": None,
                "maxMailboxDepth": 10,
                "maxSizeMailboxName": 490,
                "maxSizeAttachmentsPerEmail": policy.max_message_bytes // 4 * 3,
                "emailQuerySortOptions": SORTS,
                "mayCreateTopLevelMailbox": True,
            },
            SUBMISSION: {"maxDelayedSend": MAX_HOLD_SECONDS, "submissionExtensions": FUTURE_RELEASE},
            BLOB: {
                "maxSizeBlobSet": policy.max_message_bytes,
                "maxDataSources": MAX_DATA_SOURCES,
                "supportedTypeNames": ["Email", "Mailbox", "Thread"],
                "supportedDigestAlgorithms": list(DIGESTS),
            },
            QUOTA: {},
            RETENTION_CAPABILITY: {"trashDays": policy.trash_days, "junkDays": policy.junk_days},
            SAFE_HTML_CAPABILITY: {},
            SNOOZE_CAPABILITY: {},
        },
        pushed=("Mailbox", "Thread", "Email", "EmailDelivery", "Identity", "EmailSubmission", "Quota"),
        seen_here={"Email/set": SEEN_HERE, "Blob/upload": SEEN_HERE},
        prepare=one_after_the_other(BodyOffload(store, threads).prepare, SourceOffload(store, threads).prepare),
        finish=all_of(RenditionFill(store, threads).finish, SelectionFill(store, threads).finish),
    )
