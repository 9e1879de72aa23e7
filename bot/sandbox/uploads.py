"""Files on their way in: an upload URL is asked for, the bytes are sent there, and then the upload is completed."""

import mimetypes
import secrets
from dataclasses import replace
from urllib.parse import quote

from bot.sandbox.base_url import BaseUrl
from bot.sandbox.model import File
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.workspace import SandboxWorkspace

MAX_FILE_BYTES = 64 * 1024 * 1024
"""The largest file. Slack takes 1 GB; the sandbox keeps files in memory."""


class Uploads:
    """Files of one workspace, and the uploads that are under way."""

    def __init__(self, workspace: SandboxWorkspace, served_at: BaseUrl) -> None:
        self._workspace = workspace
        self._served_at = served_at
        self._expected: dict[str, str] = {}

    def start_upload(self, owner: str, name: str, size: int, now: float) -> tuple[File, str]:
        """A file without content, and the URL that its bytes are to be sent to."""
        file = self._new(owner, name, size, now)
        token = secrets.token_urlsafe(18)
        self._expected[token] = file.id
        return file, f"{self._served_at.url}/upload/{token}"

    def receive_content(self, token: str, content: bytes) -> File:
        """Take the bytes of an upload. RequestRefused when nothing was expected here, or another length."""
        file_id = self._expected.get(token)
        if file_id is None:
            raise RequestRefused("invalid_upload_url")
        file = self._workspace.files[file_id]
        if len(content) != file.size:
            raise RequestRefused("length_mismatch")
        return self._keep(replace(file, content=content))

    def complete_upload(self, file_id: str, title: str | None) -> File:
        """Finish an upload. RequestRefused `file_not_found` for an unknown id, or while its bytes haven't arrived."""
        file = self._workspace.files.get(file_id)
        if file is None or file.content is None:
            raise RequestRefused("file_not_found")
        self._expected = {token: other for token, other in self._expected.items() if other != file_id}
        return self._keep(replace(file, title=title or file.name))

    def add_file(self, owner: str, name: str, content: bytes, now: float) -> File:
        """A file that a person sends from the page, all at once."""
        return self._keep(replace(self._new(owner, name, len(content), now), content=content))

    def _new(self, owner: str, name: str, size: int, now: float) -> File:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return self._keep(File(f"F0{secrets.token_hex(5).upper()}", name, name, kind, owner, int(now), size))

    def _keep(self, file: File) -> File:
        self._workspace.files[file.id] = file
        return file


def file_url_path(file: File) -> str:
    """The end of a file's URL: its id, and its name where browsers look for it."""
    return f"{file.id}/{quote(file.name, safe='')}"
