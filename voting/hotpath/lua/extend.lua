#!lua
--[[
extend: voting ends later than planned. The end and the table of days and windows change in one
step, so that no ballot sees one without the other. Twice changes nothing; never ends it earlier.

  KEYS[1]  meta     hash  read, write: closes; read: phase
  KEYS[2]  periods  zset  write: the whole table anew

  ARGV[1]  closes   the new end, Unix ms
  ARGV[2]  table    start and "day|window|next day|next window" of each row, as MessagePack

  Returns {code} (Extension in gate.py):
     1  EXTENDED
     2  UNCHANGED  it ends so late already
    -1  EMPTY      there is no such epoch here
    -2  FINAL      voting is closed, and stays so
]]
local meta = redis.call('HMGET', KEYS[1], 'phase', 'closes')
if not meta[1] then
  return {-1}
end
if meta[1] == 'closed' then
  return {-2}
end
if tonumber(meta[2]) >= tonumber(ARGV[1]) then
  return {2}
end
redis.call('DEL', KEYS[2])
for _, row in ipairs(cmsgpack.unpack(ARGV[2])) do
  redis.call('ZADD', KEYS[2], row[1], row[2])
end
redis.call('HSET', KEYS[1], 'closes', ARGV[1])
return {1}
