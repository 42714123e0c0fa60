"""Who is asking: cookie sessions and Basic credentials, verified by auth and remembered briefly."""
