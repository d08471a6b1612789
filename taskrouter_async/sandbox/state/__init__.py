"""What the sandbox knows: records, their time, and the log of what happened to them."""
