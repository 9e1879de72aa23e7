"""What reading a zip may raise if the zip is damaged, encrypted, or compressed in a way that Python doesn't know."""

import zipfile
import zlib

BROKEN_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
