"""What the bus achieves on one machine, beside what others achieve there: `make bench-bus`."""
