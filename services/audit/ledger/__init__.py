"""The ledger's inside: a witness copy of every service's log under a Merkle tree (architecture §6).

`tables` and `entries` hold it, `nodes` and `mentions` serve them, `verifying` and `walk` check it and the logs,
`timeline` and `wording` tell it.
"""
