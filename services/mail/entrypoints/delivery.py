"""mail-delivery: from the spool into mailboxes. Threads; several processes may work the same spool."""

from chassis.logging import configure
from chassis.settings import from_environment, institution
from services.mail.flow_bootstrap import run_delivery
from services.mail.flow_settings import DeliverySettings


def main() -> None:
    configure("mail-delivery")
    run_delivery(from_environment(DeliverySettings), institution())


if __name__ == "__main__":
    main()
