"""The auditor's pack (审计包): a case or a period, with all proofs, in one archive that needs no login.

`contents` says what belongs in it, `proving` proves it, `archive` writes it, and `check.py`, which goes with it, checks
it anywhere. Nothing here imports `check.py`: it is one file because a pack holds it as one, and shares no code with
the writer.
"""
