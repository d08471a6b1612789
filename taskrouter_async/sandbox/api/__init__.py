"""The 61 operations: what each path of the sandbox answers.

https://www.twilio.com/docs/taskrouter/api.
"""
