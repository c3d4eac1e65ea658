"""Numbers offline: run a Q&A set through the whole system and compare with a baseline."""
