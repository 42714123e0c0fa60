"""The only language the services share: requests, replies, events, errors. Imports pydantic and nothing of ours."""
