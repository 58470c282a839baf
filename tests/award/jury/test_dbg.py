from tests.award.jury.test_routes import *
from award.db import unit_of_work
def test_x(session, world, now):
    _, round_, _ = world
    rid=round_.id
    session.commit()
    with unit_of_work() as u:
        p=service.draft_proposal(u, rid, "assign"); r=service.propose_assignment(u,rid,p,actor_id=None,now=now); run_id=r.id
    with unit_of_work() as u: service.apply_run(u,run_id,home_url="x",actor_id=None,now=now)
    print("A", len(fresh(session, session.query(Assignment))))
    with unit_of_work() as u: service.undo_run(u,run_id,actor_id=None,now=now)
    print("B", len(fresh(session, session.query(Assignment))), session.query(AssignmentRun).one().undone_at); session.commit()
    import sqlalchemy as sa
    from award.db import db
    with db.engine.connect() as c: print("C", c.execute(sa.text("select count(*) from assignment")).scalar(), c.execute(sa.text("select undone_at from assignment_run")).all())
    assert 0
