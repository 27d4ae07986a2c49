"""Changing nominations."""
