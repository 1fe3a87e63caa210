"""Mail: the conversation goes on by e-mail and text message while the other side is away."""
