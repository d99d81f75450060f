"""Personal data: its declaration, erasure, contact fields, and what to do after a restored backup."""
