"""What is done to panels, seats and sheets."""
