"""What a user receives: one file per thing, pure functions of instance, schedule and texts."""
