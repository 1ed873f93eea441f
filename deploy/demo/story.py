"""The whole story: every case from the round to as far as its file tells, then what the record says of it."""

from __future__ import annotations

from deploy.demo.case_file import CaseFile
from deploy.demo.stages import applying, listing, reviewing, screening, subscribing
from deploy.demo.world import Track, World


def play(world: World, files: list[CaseFile]) -> list[Track]:
    """Carry every case through its life, stage by stage, in the order of the days. Raises Refused, TimeoutError."""
    tracks = [Track(file) for file in files]
    round_id = applying.open_round(world, tracks)
    systems = subscribing.open_subscriptions(world)
    world.on(_day_of_applying(tracks[0]))
    for track in tracks:
        applying.apply(world, track, round_id)
    going = _told(tracks, "screening")
    for track in sorted(going, key=lambda track: track.story["screening"]["screened_on"]):
        screening.screen(world, track)
    going = _told(going, "batch")
    for track in sorted(going, key=lambda track: track.story["batch"]["letter_date"]):
        screening.recommend(world, track, round_id)
    for part, stage, day in (
        ("material_check", reviewing.check_material, "checked_on"),
        ("panel", reviewing.hear_experts, "met_on"),
        ("site", reviewing.visit_site, "visited_on"),
        ("assessment", reviewing.assess, "held_on"),
    ):
        going = _told(going, part)
        for track in sorted(going, key=lambda track: track.story[part][day]):
            stage(world, track)
    going = _told(going, "notice")
    reviewing.notify_public(world, going)
    listing.live(world, _told(going, "decision"))
    subscribing.look(world, systems)
    return tracks


def _told(tracks: list[Track], part: str) -> list[Track]:
    return [track for track in tracks if track.goes_on(part)]


def _day_of_applying(track: Track) -> str:
    """The last day of the round, unless the file says when the dossier was filed."""
    day: str = track.file.applicant.get("files_on") or track.file.round["closes_on"]
    return day
