"""How a mailbox was made from a name, as a pattern that holds neither. Pure."""

import re
import unicodedata

LONGEST = 64
TOKEN_LEAST = 2  # letters of a part of a name that is looked for in a mailbox


def plain(text: str) -> str:
    """Lower case without accents, so that "José" is found in "jose"."""
    return "".join(
        sign for sign in unicodedata.normalize("NFKD", text[:256]).casefold() if not unicodedata.combining(sign)
    )


def template(local: str, name: str | None) -> str:
    """The pattern of a local part: "F" stands for the first name, "L" for the last, "f" and "l" for their initials.

    Other letters are "w", each digit is "9", the rest is itself: jane.doe42 of Jane Doe is "F.L99".
    """
    text, parts = plain(local)[:LONGEST], plain(name or "").split()
    marks = {parts[0]: "F", parts[-1]: "L"} if len(parts) > 1 else dict.fromkeys(parts, "F")
    for part, mark in sorted(marks.items(), key=lambda each: -len(each[0])):
        if len(part) >= TOKEN_LEAST:
            text = text.replace(part, mark, 1)
    initials = {part[0]: mark.lower() for part, mark in marks.items() if part}
    return "".join(_run(run, initials) for run in re.findall(r"[FL]|[a-z]+|[0-9]+|[^a-z0-9FL]+", text))


def _run(run: str, initials: dict[str, str]) -> str:
    if run in {"F", "L"} or not run.isalnum():
        return run
    if run.isdigit():
        return "9" * len(run)
    return initials[run] if len(run) == 1 and run in initials else "w"


def pattern(name: str) -> str:
    """The pattern of a name as it was written: "Ww W. Ww"; a capital is "W", further letters are one "w"."""
    runs = re.findall(r"\s+|[^\W\d_]+|\d+|[^\w\s]|_", name[:LONGEST])
    return "".join(_written(run) for run in runs)


def _written(run: str) -> str:
    if run.isspace():
        return " "
    if run.isdigit():
        return "9" * min(len(run), 4)
    if not run.isalpha():
        return run
    return (
        "WW"
        if run.isupper() and len(run) > 1
        else ("W" if run[0].isupper() else "") + ("w" if len(run) > 1 or run[0].islower() else "")
    )
