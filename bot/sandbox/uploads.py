"""Handles uploads: the app requests an upload URL, sends the bytes there, and completes the upload."""

import mimetypes
import secrets
from dataclasses import replace
from urllib.parse import quote

from bot.sandbox.base_url import BaseUrl
from bot.sandbox.model import File
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.workspace import SandboxWorkspace

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Largest file. Slack accepts 1 GB, but the sandbox stores files in memory."""


class Uploads:
    """The files of one workspace, and its unfinished uploads."""

    def __init__(self, workspace: SandboxWorkspace, base_url: BaseUrl) -> None:
        self._workspace = workspace
        self._base_url = base_url
        self._expected: dict[str, str] = {}

    def start_upload(self, owner: str, name: str, size: int, now: float) -> tuple[File, str]:
        """Create a file without content. Return it and its upload URL."""
        file = self._new(owner, name, size, now)
        token = secrets.token_urlsafe(18)
        self._expected[token] = file.id
        return file, f"{self._base_url.url}/upload/{token}"

    def receive_content(self, token: str, content: bytes) -> File:
        """Store the bytes of an upload. Raises RequestRefused for an unknown URL or a wrong length."""
        file_id = self._expected.get(token)
        if file_id is None:
            raise RequestRefused("invalid_upload_url")
        file = self._workspace.files[file_id]
        if len(content) != file.size:
            raise RequestRefused("length_mismatch")
        return self._save(replace(file, content=content))

    def complete_upload(self, file_id: str, title: str | None) -> File:
        """Finish an upload. Raises RequestRefused `file_not_found` for an unknown ID, or before its bytes arrive."""
        file = self._workspace.files.get(file_id)
        if file is None or file.content is None:
            raise RequestRefused("file_not_found")
        self._expected = {token: other for token, other in self._expected.items() if other != file_id}
        return self._save(replace(file, title=title or file.name))

    def add_file(self, owner: str, name: str, content: bytes, now: float) -> File:
        """Add a file that a person sends from the page."""
        return self._save(replace(self._new(owner, name, len(content), now), content=content))

    def _new(self, owner: str, name: str, size: int, now: float) -> File:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return self._save(File(f"F0{secrets.token_hex(5).upper()}", name, name, kind, owner, int(now), size))

    def _save(self, file: File) -> File:
        self._workspace.files[file.id] = file
        return file


def file_url_path(file: File) -> str:
    """Return the end of a file's URL: its ID, then its name, which browsers use for downloads."""
    return f"{file.id}/{quote(file.name, safe='')}"
