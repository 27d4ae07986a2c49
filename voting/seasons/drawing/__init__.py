"""The parts from which portraits and scenes are drawn; used by ``portraits`` alone."""
