"""Makes the benchmarks importable, from the checkout.

Their folder's parent holds the package's sources as well, so it goes to the end of the path: what
is tested is the package that is installed.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
