"""mail-clock: what happens because time passed. Threads; several processes may do the same jobs."""

from chassis.logging import configure
from chassis.settings import from_environment, institution
from services.mail.clock_bootstrap import run_clock
from services.mail.flow_settings import ClockSettings


def main() -> None:
    configure("mail-clock")
    run_clock(from_environment(ClockSettings), institution())


if __name__ == "__main__":
    main()
