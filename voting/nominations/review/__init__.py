"""What reviewers see: the queue, the checklist, the standing of a shortlist. Reading only."""
