"""JMAP over HTTP (RFC 8620): session, requests, and their calls handed to the services that own them."""
