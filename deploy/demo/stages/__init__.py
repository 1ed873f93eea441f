"""The stages of a centre's life, in order; each carries every case of the story through it, as the roles that act."""
