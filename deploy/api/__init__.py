"""The published descriptions of the interfaces, made from the code: `python -m deploy.api` writes `docs/api/` anew."""
