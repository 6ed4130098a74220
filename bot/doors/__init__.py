"""Doors: each turns its input into a Message and a list of Reply into its own form, and decides nothing."""
