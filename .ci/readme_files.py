"""Writes the files that a Markdown document shows: code blocks whose first line is a comment with a file name.

Each third-level heading is a folder: `# conftest.py` below `### pytest` becomes `pytest/conftest.py`.
Usage: python .ci/readme_files.py DOCUMENT FOLDER
"""

import pathlib
import re
import sys

BLOCK = re.compile(r"^### (?P<heading>[^\n]+)$|^```\w+\n(?:#|//) (?P<file>[\w./-]+)\n(?P<text>.*?)^```$", re.M | re.S)

document, folder = map(pathlib.Path, sys.argv[1:])
heading = "."
for match in BLOCK.finditer(document.read_text()):
    if match["heading"]:
        heading = re.sub(r"\W+", "-", match["heading"]).lower()
        continue
    file = folder / heading / match["file"]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(match["text"])
    print(file)
