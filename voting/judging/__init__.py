"""Judging: the panels of a season, who sits on them, and the marks that they give."""
