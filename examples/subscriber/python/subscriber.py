"""Takes the events of a subscription: each has its effect exactly once, whatever restarts.

    pip install kombu
    python subscriber.py amqp://subscriber.tax:…@broker:5672// subscriber.tax events.db

Effect (here: one row) and event id are one transaction; only then is the message acknowledged. After a crash between
the two the event comes again and its id is known. What cannot be taken goes to the dead letters, to be put back later.
"""

import json
import logging
import sqlite3
import sys
import time

from amqp import AMQPError
from kombu import Connection, Consumer, Queue


def take(database, event):
    """Let one event have its effect, once."""
    with database:
        if database.execute("insert or ignore into seen values (?)", [event["id"]]).rowcount:
            row = (event["type"], event["subject"], event["time"], json.dumps(event["data"], ensure_ascii=False))
            database.execute("insert into effects values (?, ?, ?, ?)", row)


def on_message(database, message):
    """Take one message, then acknowledge it."""
    try:
        take(database, json.loads(message.body))
    except (ValueError, KeyError, TypeError):
        message.reject()
    else:
        message.ack()


def main(uri, queue, path):
    """Take events until interrupted; connect again whenever the connection is lost."""
    database = sqlite3.connect(path)
    database.execute("create table if not exists seen (id text primary key)")
    database.execute("create table if not exists effects (type, subject, time, data)")
    own, hear = Queue(queue, no_declare=True), lambda message: on_message(database, message)
    while True:
        try:
            with Connection(uri, heartbeat=15) as link, Consumer(link, [own], on_message=hear, prefetch_count=1):
                while True:
                    try:
                        link.drain_events(timeout=5)
                    except TimeoutError:
                        link.heartbeat_check()
        except (OSError, AMQPError) as error:
            logging.warning("connecting again: %s", error)
            time.sleep(2)


if __name__ == "__main__":
    main(*sys.argv[1:])
