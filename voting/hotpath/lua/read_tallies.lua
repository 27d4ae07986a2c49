#!lua
--[[
read_tallies: the tallies and the position in the stream that they stand for, taken together.

  KEYS[1]  meta     hash    read: phase
  KEYS[2]  tallies  hash    read
  KEYS[3]  stream   stream  read: last id and length

  Returns {now, phase, last id, length of the stream, {number, choices ...}}; {} when there is no
  such epoch here.
]]
local phase = redis.call('HGET', KEYS[1], 'phase')
if not phase then
  return {}
end
local time = redis.call('TIME')
local facts, last = redis.call('XINFO', 'STREAM', KEYS[3]), '0-0'
for i = 1, #facts, 2 do
  if facts[i] == 'last-generated-id' then
    last = facts[i + 1]
  end
end
return {
  time[1] * 1000 + math.floor(time[2] / 1000), phase, last,
  redis.call('XLEN', KEYS[3]), redis.call('HGETALL', KEYS[2]),
}
