"""The `caravan` command: it finds the installed services by entry point, and runs, watches and repairs them.

Its face is `cli.run`. Each subcommand is imported when it is called; `cli.COMMANDS` says where it is.
"""
