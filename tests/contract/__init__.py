"""What services have promised each other: golden schemas of the contracts, golden transcripts of the wire."""
