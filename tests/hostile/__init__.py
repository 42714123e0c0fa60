"""Messages and pages made to do harm, and what becomes of them in the whole system and in a browser."""
