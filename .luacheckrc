std = "lua51"
read_globals = { "redis", "KEYS", "ARGV", "cmsgpack" }
max_line_length = 110
