"""Results: from votes, marks and figures to who is honoured, and how that is made public."""
