"""The award: one folder a topic, lower topics know nothing of higher ones."""
