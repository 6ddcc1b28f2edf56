"""A reader of files that some files kill: it has to be importable by the processes that read."""

import os
import signal

from coachd.sources.files.activity_files import Found

DEADLY = b"ends whoever reads it"


def deadly_read(given, _reader):
    """Ends its process over one file, as the kernel does when memory ends."""
    if given.content == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return Found(given.name, given.size, given.digest, "read")
