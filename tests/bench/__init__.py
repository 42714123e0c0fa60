"""Figures, not verdicts: run by hand on a quiet machine."""
