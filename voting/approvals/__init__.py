"""Approvals: what needs two people."""
