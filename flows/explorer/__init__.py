"""The explorer of `bilateral explore`: the server, the app that it shows, and the answers in it."""
