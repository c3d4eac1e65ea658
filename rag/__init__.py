"""A question or a brief becomes a cited result."""
