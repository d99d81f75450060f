"""Event contracts: everything that services send one another.

`event` holds the envelope and the wire format, `data_classes` the sensitivity of properties; each publisher has a
module or package of its events. `document` generates schemas and documentation from them.
"""
