#!lua
--[[
set_phase: pause, resume or close. Closing appends the closing entry in the same step: every
ballot before it counts, and none comes after it. Closing twice changes nothing.

  KEYS[1]  meta     hash    read, write: phase; closes, when voting ends before its time
  KEYS[2]  stream   stream  append: the closing entry
  KEYS[3]  tallies  hash    read: "#"

  ARGV[1]  phase    open, paused or closed

  Returns {code} (PhaseChange in gate.py):
     1  CHANGED
     2  UNCHANGED  it was so already
    -1  EMPTY      there is no such epoch here
    -2  FINAL      voting is closed, and stays so
]]
local phase = redis.call('HGET', KEYS[1], 'phase')
if not phase then
  return {-1}
end
if phase == ARGV[1] then
  return {2}
end
if phase == 'closed' then
  return {-2}
end
if ARGV[1] == 'closed' then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local body = table.concat({'c', now, redis.call('HGET', KEYS[3], '#') or 0}, '|')
  redis.call('XADD', KEYS[2], '*', 'b', body, 'h', redis.sha1hex(body))
  if now < tonumber(redis.call('HGET', KEYS[1], 'closes')) then
    redis.call('HSET', KEYS[1], 'closes', now)
  end
end
redis.call('HSET', KEYS[1], 'phase', ARGV[1])
return {1}
