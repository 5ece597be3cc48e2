"""Deadlines as a calendar file (iCalendar), the same bytes for the same policy whenever it is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from policyrun.app.deadlines import Due, rule_text
from policyrun.datasets.atomic import written
from policyrun.ir.policy import Policy
from policyrun.source.diagnostic import Diagnostics

if TYPE_CHECKING:
    from icalendar import Event

#: Stands for the day of a policy that says of no day when it was made.
_NO_DAY = date(2000, 1, 1)


def write_calendar(policy: Policy, listed: Sequence[Due], path: Path, found: Diagnostics) -> bool:
    """Writes an all-day event for everything that has a day, on the day it is due; whole or not at all."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//policyrun//deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", policy.title)
    for due in listed:
        if due.day is not None:
            calendar.add_component(_event(policy, due, due.day))
    return written(path, lambda beside: _write(beside, calendar.to_ical()), found)


def _event(policy: Policy, due: Due, day: date) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{uuid5(NAMESPACE_URL, f'policyrun:{policy.id}/{due.deadline.name}/{due.about}')}@policyrun")
    event.add("dtstamp", _stamp(policy))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{due.deadline.name}（{due.about}）" if due.about else due.deadline.name)
    event.add("description", _description(due))
    event.add("transp", "TRANSPARENT")
    return event


def _description(due: Due) -> str:
    span = f"{due.first} 至 {due.last}" if due.first and due.last else ""
    clauses = "；".join(str(cited) for cited in due.deadline.grounds.cite)
    said = (due.deadline.who, span, rule_text(due.deadline.rule), clauses, due.deadline.note)
    return "\n".join(text for text in said if text)


def _stamp(policy: Policy) -> datetime:
    """When the policy came to be known, in place of the clock's time."""
    published = [document.published for document in policy.documents if document.published]
    day = max(published, default=None) or policy.in_force.first or _NO_DAY
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
