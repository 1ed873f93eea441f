"""What we depend on: the licence list of the security page, and the audit of the lock against known vulnerabilities.

`python -m deploy.dependencies licences` writes the list in docs/security.md anew; a test holds the page to the lock.
`python -m deploy.dependencies audit DATABASE` needs no network: DATABASE is a folder or zip of OSV records
(https://ossf.github.io/osv-schema; osv.dev publishes `PyPI/all.zip`), carried in from outside. It exits with 1 when a
version of the lock is affected by something that nobody has accepted in deploy/accepted-advisories.toml.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from deploy.docker import sbom

ROOT = Path(__file__).resolve().parents[1]
LOCK, PAGE = ROOT / "requirements.lock", ROOT / "docs/security.md"
ACCEPTED = ROOT / "deploy/accepted-advisories.toml"
HEAD = "| package | version | licence |\n|---|---|---|\n"


class NoDatabase(Exception):
    """There are no advisories where they should be; the message says what is wrong."""


class Hit(NamedTuple):
    """An advisory that affects a version of the lock."""

    package: str
    version: str
    advisory: str
    summary: str
    fixed: tuple[str, ...]


def locked(lock: str) -> dict[str, str]:
    """The version of each package of a lock file, by its canonical name."""
    found = re.findall(r"(?m)^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==([^\s;\\]+)", lock)
    return {canonicalize_name(name): version for name, version in found}


def advisories(database: Path) -> Iterator[dict[str, Any]]:
    """Every OSV record of a folder or zip. Raises NoDatabase."""
    try:
        if database.is_dir():
            for path in sorted(database.rglob("*.json")):
                yield json.loads(path.read_text("utf-8"))
        else:
            with zipfile.ZipFile(database) as archive:
                for name in archive.namelist():
                    if name.endswith(".json"):
                        yield json.loads(archive.read(name))
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise NoDatabase(f"{database} does not hold OSV records: {type(error).__name__}") from error


def hits(versions: dict[str, str], records: Iterator[dict[str, Any]]) -> list[Hit]:
    """What affects these versions, by package. Raises NoDatabase when there is not one record about PyPI."""
    found, seen = [], 0
    for record in records:
        for affected in record.get("affected", ()):
            package = affected.get("package", {})
            if package.get("ecosystem") != "PyPI":
                continue
            seen += 1
            name = canonicalize_name(package["name"])
            if "withdrawn" not in record and name in versions and _is_in(versions[name], affected):
                summary = str(record.get("summary") or record.get("details") or "").strip().splitlines()[:1]
                found.append(Hit(name, versions[name], record["id"], "".join(summary)[:120], _fixes(affected)))
    if not seen:
        raise NoDatabase("not one record about a package of PyPI")
    return sorted(found)


def _is_in(version: str, affected: dict[str, Any]) -> bool:
    if version in affected.get("versions", ()):
        return True
    ranges = (each["events"] for each in affected.get("ranges", ()) if each.get("type") == "ECOSYSTEM")
    return any(_is_in_range(Version(version), events) for events in ranges)


def _is_in_range(version: Version, events: list[dict[str, str]]) -> bool:
    """As the schema's evaluation algorithm: the last event at or before the version decides."""
    affected = False
    for _, kind, at in sorted(_placed(events)):
        if kind == "introduced" and version >= at:
            affected = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            affected = False
    return affected


def _placed(events: list[dict[str, str]]) -> Iterator[tuple[Version, str, Version]]:
    for event in events:
        for kind, text in event.items():
            if kind in ("introduced", "fixed", "last_affected"):
                try:
                    at = Version("0.dev0" if text == "0" else text)
                except InvalidVersion:
                    continue  # no version of the lock can be compared with it
                yield at, kind, at


def _fixes(affected: dict[str, Any]) -> tuple[str, ...]:
    events = [event for each in affected.get("ranges", ()) for event in each.get("events", ())]
    return tuple(event["fixed"] for event in events if "fixed" in event and len(event["fixed"]) < 40)


def accepted(text: str, today: date) -> set[str]:
    """The ids that somebody has accepted, with a reason, until a day that has not come."""
    listed = tomllib.loads(text)
    return {id_ for id_, why in listed.items() if why["reason"].strip() and why["until"] >= today}


def audit(database: Path, lock: str, today: date) -> tuple[list[Hit], list[Hit]]:
    """What affects the lock: what nobody has accepted, and what somebody has. Raises NoDatabase."""
    found = hits(locked(lock), advisories(database))
    known = accepted(ACCEPTED.read_text("utf-8"), today)
    return [hit for hit in found if hit.advisory not in known], [hit for hit in found if hit.advisory in known]


def licences(lock: str) -> str:
    """The rows of the licence list."""
    rows = sbom.components(lock)
    return "".join(f"| `{e['name']}` | {e['version']} | {e['licenses'][0]['license']['name']} |\n" for e in rows)


def main(words: list[str]) -> int:
    """The exit code: 0 well, 1 something affects us, 2 it could not be found out."""
    match words:
        case ["licences"]:
            before, _, rest = PAGE.read_text("utf-8").partition(HEAD)
            after = re.sub(r"\A(\|.*\n)*", "", rest)
            PAGE.write_text(before + HEAD + licences(LOCK.read_text("utf-8")) + after, "utf-8")
        case ["audit", database]:
            try:
                open_, known = audit(Path(database), LOCK.read_text("utf-8"), datetime.now(UTC).date())
            except NoDatabase as error:
                sys.stderr.write(f"dependencies: {error}\n")
                return 2
            for hit in open_:
                fixed = f"; fixed in {', '.join(hit.fixed)}" if hit.fixed else ""
                sys.stdout.write(f"{hit.package} {hit.version}: {hit.advisory} {hit.summary}{fixed}\n")
            packages = len(locked(LOCK.read_text("utf-8")))
            sys.stdout.write(f"{packages} packages, {len(open_)} advisories, {len(known)} accepted\n")
            return bool(open_)
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
