"""What accounts did after the door: what they ask alike, where they call from together, how evenly, and when."""
