"""What crosses a process: events."""
