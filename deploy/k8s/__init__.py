"""Kubernetes: kustomize bases, one a service, and overlays; check.py renders and validates them."""
