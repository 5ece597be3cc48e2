"""Keep the English catalogue in step with the messages in the source: ``make messages``.

Extracts every ``_("…")`` of the engine and its templates into ``locale/en/LC_MESSAGES/policyrun.po``, keeping the
translations that are there and dropping those no longer used, and compiles the ``.mo`` that the engine reads. What
still lacks a translation is printed.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ENGINE = Path(__file__).resolve().parent.parent / "engine" / "policyrun"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
VOLATILE = tuple(
    f'"{name}'.encode()
    for name in (
        "Project-Id",
        "Report-",
        "POT-Creation",
        "PO-Revision",
        "Last-Translator",
        "Language-Team",
        "Generated",
    )
)
#: What kind of file says ``_(…)`` in which way.
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
PO = ENGINE / "locale" / "en" / "LC_MESSAGES" / "policyrun.po"


def extracted() -> Catalog:
    """Every message of the engine, with the files it is used in."""
    template = Catalog(project="policyrun", charset="utf-8")
    found = extract_from_dir(ENGINE, METHODS, keywords={"_": None, "N_": None})
    for path, _line, message, comments, context in sorted(found, key=lambda row: row[:2]):
        template.add(message, locations=[(Path(path).as_posix(), 0)], auto_comments=comments, context=context)
    return template


def read_catalogue() -> Catalog:
    if not PO.exists():
        return _catalogue()
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def updated() -> Catalog:
    """The catalogue as it should be: the messages of the source with the translations there are."""
    old = read_catalogue()
    new = _catalogue()
    for message in extracted():
        if message.id:
            known = old.get(message.id)
            files = sorted({path for path, _line in message.locations})
            text = known.string if known else ""
            # Positions would change with every edit of the source; the files are enough to find a message.
            new.add(message.id, text, locations=[(path, None) for path in files], flags=message.flags)
    return new


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as a text without what changes from day to day and from tool to tool."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=120, sort_by_file=True, include_lineno=False)
    return b"".join(line for line in buffer.getvalue().splitlines(keepends=True) if not line.startswith(VOLATILE))


def as_mo(catalogue: Catalog) -> bytes:
    buffer = BytesIO()
    catalogue.creation_date = catalogue.revision_date = LONG_AGO
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def _catalogue() -> Catalog:
    return Catalog(
        locale="en",
        header_comment="# English messages of policyrun; kept by “make messages”.",
        charset="utf-8",
        fuzzy=False,
    )


def untranslated(catalogue: Catalog) -> list[str]:
    return [str(message.id) for message in catalogue if message.id and not message.string]


def main() -> int:
    catalogue = updated()
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(as_po(catalogue))
    PO.with_suffix(".mo").write_bytes(as_mo(catalogue))
    missing = untranslated(catalogue)
    for message in missing:
        print(f"no English yet: {message}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
