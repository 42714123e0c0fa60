"""Where the tags of an HTML text are, found in linear time as the HTML standard's tokenizer would."""

from __future__ import annotations

import re

_SKIPPED = r"<!--.*?(?:-->|\Z)|<(?:script|style|title|textarea|xmp|noscript|template)\b.*?(?:</|\Z)"
_ATTRIBUTES = r"""(?:[^>"'=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|[="'])*+"""

TAG = re.compile(
    rf"{_SKIPPED}|<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>{_ATTRIBUTES})>?|<[!?][^>]*+>?",
    re.DOTALL | re.IGNORECASE,
)
"""One tag, or a comment, or an element whose content is no HTML: for the last two and <!…> there is no `name`."""

ATTRIBUTE = re.compile(
    r"""[\s/]++(?P<name>[^\s/>=]++)(?:\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s>]*+)))?"""
)
"""One attribute inside TAG's `attributes`."""
