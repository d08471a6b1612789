"""What an administrator sets up: https://www.twilio.com/docs/taskrouter/quickstart."""
