"""What is kept for good: engines over SQLite and PostgreSQL whose commits are durable when they return."""
