"""Pictures of the main pages, of a mission that was played: for whoever looks after how they look."""
