"""Finds the lessons that fit a situation, by words and by meaning, says how sure it is, and notices danger.

`lesson_index.py` puts it together. It computes with numpy, and stores nothing of what it is asked.
"""

import os

# One text is computed at a time, so more threads of numpy's linear algebra would only wait for each other: with two, a
# short text takes twice as long. numpy reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
