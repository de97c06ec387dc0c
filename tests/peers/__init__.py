"""Other implementations that ours is compared with, started as processes of their own."""
