"""mail-parser: the killable pool that takes messages apart. See services/mail/parser/README.md."""

from chassis import aio
from chassis.logging import configure
from chassis.settings import from_environment
from services.mail.parser.server import run_pool
from services.mail.parser.settings import ParserSettings


def main() -> None:
    configure("mail-parser")
    aio.run(run_pool(from_environment(ParserSettings)))


if __name__ == "__main__":
    main()
