"""Show-up and overbooking mathematics: exact, pure numpy, knows nothing of instances and plans."""
