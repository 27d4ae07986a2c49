#!lua
--[[
approve: let this server run take ballots, if it remembers at least what the ledger has.

  A server that starts again may have forgotten its last seconds, or all. Until the writer has
  looked, the run id in meta is that of an earlier run, and cast refuses.

  KEYS[1]  meta    hash    write: run
  KEYS[2]  stream  stream  read: its last id

  ARGV[1]  run     the server run to approve
  ARGV[2]  ms      the ledger's cursor, first half
  ARGV[3]  seq     the ledger's cursor, second half

  Returns {code} (Approval in gate.py):
     1  APPROVED
    -1  EMPTY     there is no such epoch here: rebuild
    -2  BEHIND    the stream ends before the cursor: rebuild
]]
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('EXISTS', KEYS[2]) == 0 then
  return {-1}
end
local facts = redis.call('XINFO', 'STREAM', KEYS[2])
for i = 1, #facts, 2 do
  if facts[i] == 'last-generated-id' then
    local ms, seq = string.match(facts[i + 1], '^(%d+)-(%d+)$')
    ms, seq = tonumber(ms), tonumber(seq)
    local cursor_ms, cursor_seq = tonumber(ARGV[2]), tonumber(ARGV[3])
    if ms < cursor_ms or (ms == cursor_ms and seq < cursor_seq) then
      return {-2}
    end
  end
end
redis.call('HSET', KEYS[1], 'run', ARGV[1])
return {1}
