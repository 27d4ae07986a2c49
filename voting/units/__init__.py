"""Units: the offices and stations that nominate, and who answers for them."""
