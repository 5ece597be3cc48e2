"""Finding things in a policy, and what uses them."""

from __future__ import annotations

from collections.abc import Sequence

from policyrun.app.outline import RECORDS, Entry


def with_id(entries: Sequence[Entry], rule: str) -> tuple[Entry, ...]:
    """The entries that a catalogue id stands in, as a whole or in one of their parts."""
    return tuple(entry for entry in entries if rule in entry.grounds.ids)


def of_scheme(entries: Sequence[Entry], scheme: str) -> tuple[Entry, ...]:
    """A scheme, its conditions and payment, and the limits that its rows meet; not the columns of its record."""
    return tuple(
        entry
        for entry in entries
        if entry.section != RECORDS and (scheme in (entry.owner, entry.name) or scheme in entry.uses)
    )


def named(entries: Sequence[Entry], name: str) -> tuple[Entry, ...]:
    """The entries of a name, whatever they are; a condition may be written with its scheme before it."""
    return tuple(entry for entry in entries if name in (entry.name, entry.title, f"{entry.owner} {entry.name}"))


def users_of(entries: Sequence[Entry], entry: Entry) -> tuple[Entry, ...]:
    """The entries whose expressions, columns or cells name an entry."""
    return tuple(each for each in entries if entry.name and entry.name in each.uses and each is not entry)


def names_in(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Every name that ``named`` finds, each once."""
    return tuple(dict.fromkeys(entry.name for entry in entries if entry.name))


def ids_in(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Every catalogue id, each once, in document order."""
    return tuple(dict.fromkeys(rule for entry in entries for rule in entry.grounds.ids))
