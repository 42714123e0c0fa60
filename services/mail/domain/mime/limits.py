"""How much of a stranger's message is taken apart. Past a bound the rest is kept whole, as one raw attachment."""

HEADER_BLOCK_MAX = 256 * 1024
DEPTH_MAX = 30
PARTS_MAX = 1_000
BOUNDARY_MAX = 1_000
STRUCTURED_VALUE_MAX = 16 * 1024
TEXT_VALUE_MAX = 64 * 1024
PARAMETERS_MAX = 1_000
NAME_MAX = 255
TOKEN_MAX = 1_000
ADDRESSES_MAX = 20_000
MESSAGE_IDS_MAX = 1_000
PREVIEW_MAX = 256
SEARCH_TEXT_MAX = 100_000
UNPARSED_TYPE = "application/octet-stream"
