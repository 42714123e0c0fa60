"""Commands of the operator of mail."""
