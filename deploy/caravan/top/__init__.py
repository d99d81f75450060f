"""`caravan top`: a live table of queues, event ages, rates and failures. Its face is `command.top_command`."""
