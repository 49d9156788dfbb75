"""The page of a person who appeals: plain HTML, no script, and nothing on it that tells who they are or why."""
