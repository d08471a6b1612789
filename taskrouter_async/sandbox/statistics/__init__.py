"""The figures of a workspace, computed from its records and from what happened in it.

https://www.twilio.com/docs/taskrouter/api/taskqueue-statistics. Nothing is kept for statistics
alone: what is true now is read from the records, what was is read from the journal.
"""
