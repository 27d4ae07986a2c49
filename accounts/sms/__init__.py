"""Text messages: what is sent, through what, and how much of it."""
