"""The same vote as a conventional Django project has it: session, CSRF, ORM, PostgreSQL."""
