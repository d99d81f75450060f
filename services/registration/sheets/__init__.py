"""Lists of organisations as people keep them in spreadsheets: which columns, what they mean, what is taken away."""
