-- Bodies are blobs: what stays of one here is its words (vector) and the first line (preview, RFC 8621 §4.1.4). Snippets
-- read the rendition. The code of 0060 writes no search_text any more.

ALTER TABLE message DROP COLUMN search_text;
