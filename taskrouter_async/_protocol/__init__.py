"""The rules of TaskRouter's API, without clock, loop or socket.

What must be sent and what an answer means is computed here by pure functions over frozen values.
Whoever carries the messages, waits and remembers lives above.
"""
