"""mail-smtp: takes mail for our domain (RFC 5321). asyncio; several processes may share the port."""

import asyncio

import uvloop

from chassis import aio
from chassis.logging import configure
from chassis.settings import from_environment, institution
from services.mail.flow_bootstrap import run_listener
from services.mail.flow_settings import SmtpSettings


def main() -> None:
    configure("mail-smtp")
    settings = from_environment(SmtpSettings)
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    aio.run(run_listener(settings, institution()))


if __name__ == "__main__":
    main()
