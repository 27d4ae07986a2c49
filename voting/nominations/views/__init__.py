"""Pages for those who put somebody forward."""
