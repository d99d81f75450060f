"""The endpoints of registration: parse, call one handler or query, render."""
