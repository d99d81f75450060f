"""A mission played from its file: everyone's part, through the public API, with a clock that moves on."""
