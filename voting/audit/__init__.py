"""Audit: who did what, when and why, with what stood there before and after."""
