"""What a user wrote, fit for a terminal."""

from __future__ import annotations

from policyrun.source.mask import mask_text
from policyrun.source.visible import visible


def masked(text: str, personal: bool) -> str:
    """The text with ID numbers masked, unless personal data may be shown. Its length stays."""
    return text if personal else mask_text(text)


def safe(text: str, personal: bool) -> str:
    """The text masked and with its control characters visible."""
    return visible(masked(text, personal))
