"""The analysts' console: Django's admin, for looking at everything and acting by one word at a time."""
