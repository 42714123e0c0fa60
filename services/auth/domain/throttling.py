"""How many wrong guesses are taken. Counted per account and source, so that a stranger's guesses never cost the owner
elsewhere; and per source, far above what a whole school behind one address mistypes."""

from datetime import timedelta

WINDOW = timedelta(minutes=15)
PER_ACCOUNT_AND_SOURCE = 10
PER_SOURCE = 500
