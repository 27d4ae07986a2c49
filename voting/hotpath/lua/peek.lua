#!lua
--[[
peek: what a voter has used in the present periods. Writes nothing.

  KEYS[1]  meta     hash  read: phase, opens, closes, plan
  KEYS[2]  periods  zset  read
  KEYS[3]  voter    hash  read: with ":" and the period behind it

  Returns {now, phase, opens, closes, plan, {kind, next start, fields and values ...} ...};
  {} when there is no such epoch here.
]]
local meta = redis.call('HMGET', KEYS[1], 'phase', 'opens', 'closes', 'plan')
if not meta[1] then
  return {}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local answer = {now, meta[1], meta[2], meta[3], meta[4]}
local period = redis.call('ZREVRANGEBYSCORE', KEYS[2], now, '-inf', 'LIMIT', 0, 1)[1]
if not period then
  return answer
end
local day, window, next_day, next_window = string.match(period, '^(.-)|(.-)|(.-)|(.-)$')
local names = {d = day, w = window, s = 's'}
local nexts = {d = next_day, w = next_window, s = ''}
for _, kind in ipairs(cmsgpack.unpack(meta[4])[3]) do
  answer[#answer + 1] = {kind, nexts[kind], redis.call('HGETALL', KEYS[3] .. ':' .. names[kind])}
end
return answer
