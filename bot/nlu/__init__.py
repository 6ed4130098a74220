"""What Rasa loads, and what loads Rasa. With understand.py the only code that imports rasa."""
