"""Push subscriptions: made and changed by clients, told what changed, sent to push servers (RFC 8620 §7.2)."""
