"""What keys open is there before they are pressed, and nothing that a machine may lack."""

import subprocess
import sys

from tests.architecture.sources import ROOT

PROGRAM = """
import asyncio, sys
import console.launch
from console import ahead
ahead.REST_S = 0.0
late = set(ahead.late_modules())
asyncio.run(ahead.load_ahead())
assert not set(ahead.late_modules())
print(*late)
print(*sys.modules)
"""


def test_everything_that_is_opened_is_loaded_and_no_extra_of_the_package() -> None:
    """Method: a process of its own, in which nothing else has loaded anything."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    late, loaded = (set(line.split()) for line in done.stdout.splitlines())
    wanted = {"console.screens.lists", "console.screens.messages", "console.palette.prompt"}
    assert wanted | {"console.forms.publish"} <= late <= loaded
    assert not loaded & {"fastavro", "pyarrow", "google.protobuf", "msgpack", "keyring"}
