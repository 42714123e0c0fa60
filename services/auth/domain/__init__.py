"""What an account, a NUMEN, an address and a good password are. Pure: no framework, no I/O."""
