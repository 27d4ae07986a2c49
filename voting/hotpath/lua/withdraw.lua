#!lua
--[[
withdraw: a nominee gets no new choices; those received stay. Twice changes nothing.

  KEYS[1]  nominees  hash  read, write

  ARGV[1]  number    ballot number

  Returns {code} (Withdrawal in gate.py):
     1  WITHDRAWN
     2  UNCHANGED  it was so already
    -1  UNKNOWN    no such nominee here
]]
local category = redis.call('HGET', KEYS[1], ARGV[1])
if not category then
  return {-1}
end
if string.byte(category, -1) == 120 then
  return {2}
end
redis.call('HSET', KEYS[1], ARGV[1], category .. 'x')
return {1}
