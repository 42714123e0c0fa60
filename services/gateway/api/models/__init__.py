"""Bodies of /api/v1, a page a subject. The OpenAPI document is made from them."""
