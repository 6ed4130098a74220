"""A human in chat hours: when one is there, and what is open otherwise."""
