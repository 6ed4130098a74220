"""Noor: a small web application that everybody talks to, with Rasa's Agent as a library behind it."""
