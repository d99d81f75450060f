"""What matching does about commands, events, runs and time: one module for each subject."""
