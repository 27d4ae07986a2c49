"""Measuring: how fast the vote path is beside references, and what a crowd does to a whole site."""
