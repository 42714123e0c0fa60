"""Bytes that never cross the bus: body texts, renditions, uploads and downloads, straight from and to the store."""
