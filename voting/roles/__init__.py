"""Roles: who may do what, in which season and unit, from when until when."""
