"""Every request asks for the champion, so finding it must be cheap."""

from sqlalchemy import event

from server.tuning.champion import ensure_champion, get_champion


def test_a_request_reads_the_hash_of_the_champion_and_not_its_document(engine, session):
    ensure_champion(session)
    get_champion(session)  # parsed once in each process
    session.expire_all()
    statements = []

    def listen(_connection, _cursor, statement, *_others):
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        get_champion(session)
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert statements
    assert not any("document" in statement for statement in statements)
