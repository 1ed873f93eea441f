"""The dossier among others: one centre in a field, bans, same lead unit or technology (S1.4, S4.3, S4.1.0)."""

from __future__ import annotations

from collections.abc import Iterator

from services.intake.domain.rules.rule import Fault, Terms, rule
from services.intake.domain.values import Content


@rule("K20", "S1.4", "cover")
def field_is_free(content: Content, terms: Terms) -> Iterator[Fault]:
    """一行业一中心 in principle: no listed centre and no other dossier in the same or an overlapping field."""
    wanted, own = content.cover.get("field_domain", ""), content.supplement.get("centre_uscc", "")
    fields = overlapping(wanted, terms)
    for holder in terms.neighbours.holders:
        if holder.field_domain in fields and not (own and holder.centre_uscc == own):
            yield Fault(
                f"同一或交叉领域已有中心：{holder.centre_name}",
                f"a centre holds the same or an overlapping field: {holder.centre_name}",
                "/cover/field_domain",
            )
    rivals = sum(1 for rival in terms.neighbours.rivals if rival.field_domain in fields)
    if rivals:
        yield Fault(
            f"同一或交叉领域另有 {rivals} 件在办申报",
            f"{rivals} other dossiers are under way in the same or an overlapping field",
            "/cover/field_domain",
        )


@rule("K21", "S4.3")
def no_unit_is_banned(content: Content, terms: Terms) -> Iterator[Fault]:
    """限制申报期: no unit of the dossier stands under a ban today; on the day on which it ends it is over."""
    for pointer, uscc, _ in content.usccs:
        until = terms.neighbours.bans.get(uscc)
        if until is not None and terms.today < until:
            yield Fault(f"{uscc} 在 {until} 前不得申报（限制申报期）", f"{uscc} may not apply before {until}", pointer)


@rule("K22", "S4.1.0", "supplement")
def lead_unit_and_technology_are_new(content: Content, terms: Terms) -> Iterator[Fault]:
    """The lead unit leads no other dossier under way, and no other one has the same core technology."""
    lead = content.supplement.get("lead_uscc", "")
    if any(rival.lead_uscc == lead for rival in terms.neighbours.rivals):
        yield Fault("牵头单位另有在办申报", "the lead unit leads another dossier under way", "/supplement/lead_uscc")
    known = {plain(name) for rival in terms.neighbours.rivals for name in rival.core_technologies}
    for index, technology in enumerate(content.supplement.get("core_technologies", ())):
        if plain(technology.get("name", "")) in known:
            yield Fault(
                "核心技术与另一在办申报雷同",
                "another dossier under way names the same core technology",
                f"/supplement/core_technologies/{index}/name",
            )


@rule("K27", "A1")
def contacts_are_its_own(_: Content, terms: Terms) -> Iterator[Fault]:
    """No rival dossier names the same telephone number or e-mail address for its centre or its lead unit."""
    for pointer in terms.neighbours.shared_contacts:
        yield Fault("联系方式与另一在办申报相同，请核对", "another dossier under way has the same contact", pointer)


def overlapping(field_domain: str, terms: Terms) -> frozenset[str]:
    """The field itself and those that overlap with it (`fields.overlap_matrix`)."""
    pairs = terms.edition["fields.overlap_matrix"]
    return frozenset({field_domain, *(other for pair in pairs if field_domain in pair for other in pair)})


def plain(name: str) -> str:
    """The name of a technology without spaces, as it is compared."""
    return "".join(name.split())
