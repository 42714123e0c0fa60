"""The texts of attachments, got at in children that may be killed."""
