#!/usr/bin/env python3
"""rows.py STORE - every row of a store as text, table by table, in order of
content, and the digest of the state file: equal stores give equal text.
With --but TABLE... those tables are left out."""
import hashlib, os, sqlite3, sys

path = sys.argv[1]
skip = sys.argv[3:] if sys.argv[2:3] == ['--but'] else []
db = sqlite3.connect('file:%s?mode=ro' % path, uri=True)
for (table,) in db.execute("SELECT name FROM sqlite_master"
                           " WHERE type='table' ORDER BY name").fetchall():
    if table in skip:
        continue
    for row in sorted(db.execute('SELECT * FROM "%s"' % table).fetchall(),
                      key=repr):
        print(table, *map(repr, row), sep='\t')
state = db.execute("SELECT value FROM value WHERE name='state'").fetchone()
if state is not None:
    folder = path + '.state'
    files = sorted(os.listdir(folder))
    with open(os.path.join(folder, state[0]), 'rb') as f:
        print('state', hashlib.sha256(f.read()).hexdigest())
    if files != [state[0]]:
        print('left over:', *files)
