"""Notices: what is made public for a time, and the objections to it."""
