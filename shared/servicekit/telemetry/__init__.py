"""Telemetry: logs, metrics, tracing, heartbeats, the audit log."""
