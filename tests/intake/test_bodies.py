"""Who a dossier goes to and who has a quota: the recommending bodies of the edition, be they prefectures or not."""

import pytest

from services.intake.domain.round import Conditions, Quota, Round
from services.intake.domain.rules import check
from services.intake.domain.values import Content
from services.intake.schemas import OpenDossier, PublishConditions
from services.shared.policy import edition
from services.shared.policy.bodies import recommending_bodies
from services.shared.vocabulary import Invalid
from tests.examples.dossiers import good_attachments, good_dossier
from tests.given import given
from tests.intake.conftest import as_
from tests.intake.examples import CALL, CLOSES_ON, EDITION, MORNING, TODAY, closing, planned
from tests.intake.steps import open_round, plan_round

DRAFT, NEW_AREA = "2028-01-01-draft", "YNDZXQ"


def open_under_the_draft(intake):
    round_ = plan_round(intake)
    with as_("division-head"):
        round_.open(policy_edition=DRAFT, document_no=CALL, deadline=closing(CLOSES_ON), at=MORNING)
        intake.save(round_)
    return round_


def test_a_dossier_goes_to_a_body_that_is_no_prefecture_where_the_edition_names_it(intake):
    round_ = open_under_the_draft(intake)
    with as_("applicant-kunming"):
        assert intake.open_dossier(round_id=round_.id, prefecture=NEW_AREA).prefecture == NEW_AREA


def test_and_to_no_such_body_under_an_edition_that_does_not(wired, intake):
    round_ = open_round(intake)
    with as_("applicant-kunming"), pytest.raises(Invalid) as refusal:
        intake.open_dossier(round_id=round_.id, prefecture=NEW_AREA)
    assert [(f.code, f.pointer) for f in refusal.value.findings] == [("not-a-recommending-body", "/prefecture")]
    assert wired.database.rows("select from dossiers") == []


@pytest.mark.parametrize(("edition_id", "refused"), [(DRAFT, ()), (EDITION, ("not-a-recommending-body",))])
def test_a_quota_is_for_a_body_of_the_edition(edition_id, refused):
    conditions = Conditions("条件", (), (Quota("530100", 3), Quota(NEW_AREA, 2)), 0)
    bodies = recommending_bodies(edition(edition_id))
    outcome = given(planned()).when(lambda r: r.publish_conditions(conditions, bodies=bodies))
    if refused:
        assert outcome.then_refused(*refused).findings[0].pointer == "/quotas/1/prefecture"
    else:
        outcome.then(Round.ConditionsPublished)


def test_forms_take_the_codes_of_every_edition_and_no_other():
    form = {"round_id": "0190a0b0-0000-7000-8000-000000000001", "prefecture": NEW_AREA}
    assert OpenDossier().load(form)["prefecture"] == NEW_AREA
    assert "prefecture" in OpenDossier().validate({**form, "prefecture": "530200"})
    quota = {"text": "x", "quotas": [{"prefecture": "530200", "most": 1}]}
    assert "quotas" in PublishConditions().validate(quota)


@pytest.mark.parametrize(("body", "warned"), [(NEW_AREA, False), ("530300", True), ("530100", False)])
def test_a_body_that_is_no_place_asks_for_no_seat_in_it(body, warned):
    sections = good_dossier()
    sections["supplement"] = {**sections["supplement"], "prefecture_code": body}
    found = check(
        Content(sections), edition(DRAFT), round_year=2026, today=TODAY, attachments=frozenset(good_attachments())
    )
    assert ("K24" in {each.id for each in found}) is warned
