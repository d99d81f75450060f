"""Look whether mail could leave."""

import os
import socket
from pathlib import Path

from notifications.sending.sender import settings_of
from servicekit.runtime import Runtime

PATIENCE_SECONDS = 5.0


def check_mail(runtime: Runtime) -> str:
    """Say where letters go.

    Raises:
        OSError: the mail server does not answer, or the mailbox on disk cannot be written to.

    """
    settings = settings_of(runtime)
    if not settings.smtp_url:
        return _check_folder(Path(settings.mailbox_dir))
    server = settings.mail_server
    with socket.create_connection((server.host, server.port), PATIENCE_SECONDS):
        return f"server {server.host}:{server.port} answers"


def _check_folder(folder: Path) -> str:
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        raise PermissionError(f"the mailbox {folder} cannot be written to")
    return f"mailbox on disk, {folder}"
