"""What can be measured: a module each, which is played in a process of its own."""
