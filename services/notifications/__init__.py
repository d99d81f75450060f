"""The notifications service: sends mail about events of registration and matching.

`service.SERVICE` declares it; no other service imports from here.
"""
