"""What is wrong with a policy, said with its place."""


class PolicyError(ValueError):
    """The document is not a policy. The message begins with the place, dotted: `multipliers.mailbox_role: ...`."""

    @property
    def place(self) -> str:
        """The dotted place in the document; list items by their number from 0."""
        return str(self).partition(":")[0]
