"""The virtual host is there, and takes connections of the address that is handed out."""

from urllib.parse import urlsplit

import amqp


def test_the_virtual_host_takes_a_connection(amqp_url: str) -> None:
    parts = urlsplit(amqp_url)
    connection = amqp.Connection(
        host=f"{parts.hostname}:{parts.port}",
        userid=parts.username or "",
        password=parts.password or "",
        virtual_host=parts.path[1:],
        connect_timeout=5,
    )
    connection.connect()
    connection.channel().queue_declare("proof", exclusive=True)
    connection.close()
    assert parts.path not in {"", "/"}
