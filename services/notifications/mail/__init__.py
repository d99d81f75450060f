"""Mail: what a letter says, how it is built, and the ways it leaves."""
