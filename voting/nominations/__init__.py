"""Nominations: putting somebody forward, review, and the way onto the ballot."""
