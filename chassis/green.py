"""Makes the process cooperative, psycopg2 included: imported first, before anything that opens a socket, by every
nameko entrypoint.

    from chassis import green  # noqa: F401,I001  must be first

asyncio processes never import it: the two do not share a process.
"""

import os
import sys
import warnings

if "chassis.aio_broker" in sys.modules:
    raise ImportError("this process speaks to the broker by asyncio: it must not be patched by eventlet")

# With dnspython there, eventlet would resolve names by patched copies of it, which know no nsswitch and stay among the
# modules of the process. Its threads resolve them as the machine does.
os.environ["EVENTLET_NO_GREENDNS"] = "yes"

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "\\s*Eventlet is deprecated")
    import eventlet

eventlet.monkey_patch(psycopg=True, all=True)

import logging  # noqa: E402  all that follows must see the patch
from typing import Any  # noqa: E402

from eventlet.hubs import get_hub  # noqa: E402

_log = logging.getLogger(__name__)


def _log_instead_of_printing(*arguments: Any) -> None:
    """The hub would print the text of an exception, which may quote what an agent wrote."""
    _log.error("a green thread ended with an error", exc_info=arguments[-1])


get_hub().squelch_generic_exception = _log_instead_of_printing
get_hub().squelch_timer_exception = _log_instead_of_printing
