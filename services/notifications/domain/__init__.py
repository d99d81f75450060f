"""Pure rules of notifications; standard library only.

`itinerary_changes` finds what is new in an itinerary since a person was last notified.
"""
