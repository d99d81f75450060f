"""The event bus: outbox, relay, consumer, inbox, parking, dead letters, history. See docs/bus.md."""
