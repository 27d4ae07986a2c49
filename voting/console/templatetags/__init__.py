"""What templates of the organisers' pages may ask for."""
