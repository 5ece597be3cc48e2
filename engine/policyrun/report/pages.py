"""Pages from the templates beside this module; every text that goes in is escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from policyrun.source.messages import _, language


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("policyrun.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["_"] = _
    return templates


def render(template: str, **values: object) -> str:
    """A template of the project with values."""
    spoken = {"zh": "zh-CN", "en": "en"}[language()]
    return _templates().get_template(template).render(language=spoken, **values)
