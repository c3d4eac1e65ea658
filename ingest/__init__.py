"""A file becomes searchable passages: load, clean, split, embed, store."""
