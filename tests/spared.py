"""What tests do without: the grammar of addresses in all scripts takes over a second to be read, in each process."""

import sys
from typing import Any

_spared: dict[str, Any] = {"rfc3987_syntax": None}
sys.modules.update(_spared)  # jsonschema goes without it, too; no schema here speaks of such addresses
