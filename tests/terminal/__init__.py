"""The whole program in a real terminal, as a person sees it: tmux, real brokers, real clients."""
