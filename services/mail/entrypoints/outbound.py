"""mail-outbound: hands mail for other domains to the relay. asyncio; database work in threads."""

from chassis import aio
from chassis.logging import configure
from chassis.settings import from_environment, institution
from services.mail.flow_bootstrap import run_outbound
from services.mail.flow_settings import OutboundSettings


def main() -> None:
    configure("mail-outbound")
    aio.run(run_outbound(from_environment(OutboundSettings), institution()))


if __name__ == "__main__":
    main()
