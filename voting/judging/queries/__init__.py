"""What pages and other topics ask about judging."""
