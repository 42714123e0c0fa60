"""/api/v1: sign-in, sessions, settings and the state of the services, for the web app."""
