"""What other parts ask about nominations."""

from voting.nominations.queries.proposed import proposed_nominees

__all__ = ["proposed_nominees"]
