"""Where and on what figures were measured."""

import os
import platform
import subprocess


def machine(**facts: str) -> dict[str, str]:
    """Commit, Python, system and cores, and further facts."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True)
    return {
        "commit": commit.stdout.strip(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "cores": str(os.cpu_count()),
        **facts,
    }
