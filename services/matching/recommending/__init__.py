"""The recommendation library: profiles in, ranked pairs with reasons out.

It knows no Flask, SQLAlchemy, event or service. Face: `strategies` (named scorers), `profiles`, `weights`,
`recommendation` (what a scorer returns), `lists` (fair lists), `highlights`, `embeddings.cache`, `progress`,
`evaluation`.
"""
