"""What registration does: one function per command and per event."""
