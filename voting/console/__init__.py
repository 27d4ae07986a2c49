"""The organisers' pages, which look across topics."""
