"""What notifications does about events and commands."""
