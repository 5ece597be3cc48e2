"""Writing beside and renaming, so that a run that fails leaves what was there before."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from policyrun.source.diagnostic import Diagnostics, Place
from policyrun.source.messages import _


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside ``path`` to write to, which takes its place if all goes well and is gone if not.

    Raises:
        OSError: if the place cannot be written to.
    """
    target = path.resolve()
    if target.exists():
        if not target.is_file():
            raise FileExistsError(None, _("那里有同名的文件夹或设备"))
        if not os.access(target, os.W_OK):
            raise PermissionError(None, _("文件只读"))
    beside = target.with_name(f".{target.stem}.{secrets.token_hex(4)}{target.suffix}")
    try:
        yield beside
        beside.replace(target)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def written(path: Path, write: Callable[[Path], None], found: Diagnostics) -> bool:
    """Whether ``write`` could write the file whole; if not, the reason is in ``found`` and nothing has changed.

    Args:
        write: writes the file at the path it is given.
    """
    try:
        with replacing(path) as beside:
            write(beside)
    except OSError as error:
        found.add(
            "PR535",
            _("写不了“{name}”：{why}").format(name=path.name, why=_why(error)),
            Place(str(path)),
            help=_("核对文件夹是否存在、可写，文件是否正被打开，磁盘是否已满"),
        )
        return False
    return True


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return _("没有这个文件夹")
    return error.strerror or type(error).__name__
