"""mail-search: reads attachments for their words, apart from delivery. asyncio; database work in threads."""

from chassis import aio
from chassis.logging import configure
from chassis.settings import from_environment
from services.mail.flow_settings import SearchSettings
from services.mail.search_bootstrap import run_search


def main() -> None:
    configure("mail-search")
    aio.run(run_search(from_environment(SearchSettings)))


if __name__ == "__main__":
    main()
