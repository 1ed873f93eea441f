"""What everybody may read without signing in, as a patch of the sign-in proxy: the `public` rows of authority tables.

`python -m deploy.kubernetes.public_pages >deploy/kubernetes/base/public-pages.yaml` writes it anew; a test holds the
file to it, so that a page is public at the door exactly when the service lets everybody read it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import yaml

from deploy.api.sources import SERVICES, definition_of, endpoints

FLAG = "--skip-auth-route="


def routes() -> Iterator[str]:
    """One for each public page, as oauth2-proxy takes it: the method, and a pattern of the whole path."""
    for service in SERVICES:
        authority = definition_of(service).authority
        for endpoint in endpoints(service):
            if authority[endpoint.act.name].public:
                path = re.sub(r"<[^>]+>", "[^/]+", re.sub(r"\.(?![^<]*>)", r"\.", endpoint.path))
                yield f"{endpoint.method}=^/{service}{path}$"


def patch() -> list[dict[str, str]]:
    """The arguments to add to the proxy's container."""
    path = "/spec/template/spec/containers/0/args/-"
    return [{"op": "add", "path": path, "value": f"{FLAG}{route}"} for route in routes()]


if __name__ == "__main__":
    sys.stdout.write("# Written by `python -m deploy.kubernetes.public_pages`.\n")
    yaml.safe_dump(patch(), sys.stdout, sort_keys=False, width=160)
