"""How tasks find workers: https://www.twilio.com/docs/taskrouter/lifecycle-task-state."""
