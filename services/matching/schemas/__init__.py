"""What comes in and goes out of the API: one module for each subject."""
