"""The parts of JMAP (RFC 8620) that the gateway and every service that answers JMAP need alike."""
