"""Every page in every state that one should have seen: `./dev shots` photographs them, the journeys examine them."""
