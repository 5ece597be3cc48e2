"""Writing an output with the manifest beside it: both or neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policyrun.cli.output import echo
from policyrun.cli.usage import Misuse
from policyrun.source.diagnostic import Diagnostics, PolicyrunError
from policyrun.source.messages import _

if TYPE_CHECKING:
    from policyrun.app.result import InputFile


def write_both(
    output: Path, files: tuple[InputFile, ...], told: Mapping[str, Any], write: Callable[[], bool], found: Diagnostics
) -> None:
    """Writes an output and its manifest.

    Args:
        files: those read, none of which may be written over.
        told: the manifest.
        write: writes the output whole or not at all; whether it could.

    Raises:
        PolicyrunError: if the output could not be written; then neither is there.
    """
    from policyrun.app.manifest import manifest_path, save_manifest
    from policyrun.datasets.atomic import replacing

    if output.resolve() in {Path(file.path).resolve() for file in files}:
        raise Misuse("PR022", _("--output 会覆盖输入的文件"), _("换一个文件名"))
    with replacing(manifest_path(output)) as beside:
        save_manifest(told, beside)
        if not write():
            raise PolicyrunError(found)


def say_written(output: Path) -> None:
    from policyrun.app.manifest import manifest_path

    echo(_("已写入 {path}").format(path=output))
    echo(_("运行清单 {path}").format(path=manifest_path(output)))
