"""The gateway: the one HTTP door. It composes JMAP out of the services behind the bus and serves the web app."""
