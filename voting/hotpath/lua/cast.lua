#!lua
--[[
cast: accept one ballot, or say why not. The only writer of tallies, counters, limits and ballots.

  Redis runs a script alone, so no other ballot comes between the checks and the writes. All
  refusals come before the first write, and nothing after the first write can fail.

  KEYS[1]  meta      hash    read: phase, run, opens, closes (Unix ms), plan (MessagePack)
  KEYS[2]  nominees  hash    read: ballot number -> category position, "x" behind it: withdrawn
  KEYS[3]  tallies   hash    read, write: ballot number -> choices, "#" -> ballots
  KEYS[4]  periods   zset    read: "day|window|next day|next window" by start
  KEYS[5]  stream    stream  append: b (body), h (SHA-1 of it)
  KEYS[6]  reply     string  read, write: the reply to this vote id
  KEYS[7]  voter     hash    read, write: with ":" and the period behind it; counter per cap
  KEYS[8]  prefix    string  read, write: fresh budget of the network

  ARGV[1]  run       the server run that this connection speaks to
  ARGV[2]  vote      vote id, 32 hexadecimal digits
  ARGV[3]  expires   when the token expires, Unix ms
  ARGV[4]  fresh     "1" when the browser is younger than a day
  ARGV[5]  evidence  text for the ledger, no "|" in it
  ARGV[6]  choices   from here on: ballot numbers, sorted, none twice, 1 to 64 of them

  Returns {code, ...} (Outcome in gate.py):
     1  ACCEPTED         reply
     2  REPEATED         reply: the same ballot again, as after a lost answer; nothing written
    -1  TOKEN_USED       reply: this vote id stands for another ballot
    -2  NOT_READY        no such epoch, or a server that has not been checked since it started
    -3  NOT_OPEN         opens
    -4  PAUSED
    -5  CLOSED           closes
    -6  EXPIRED
    -7  TOO_FEW          least, given
    -8  UNKNOWN_NOMINEE  number ...
    -9  WITHDRAWN        number ...
   -10  TOO_MANY         most, given
   -11  CATEGORY_FULL    category, most, given
   -12  ALREADY_VOTED    next start, the voter's last ballot
   -13  NOMINEE_USED     next start, number ...
   -14  RATE_LIMITED     milliseconds to wait
   -15  BUSY             the ledger is too far behind

  Time:  this server's clock, read once, so that all web servers agree on the closing second.
  Cost:  loops run over this ballot's choices and the sheet's caps only.
]]
local call = redis.call
local choices = table.concat(ARGV, ',', 6)
local count = #ARGV - 5

local stored = call('GET', KEYS[6])
if stored then
  if string.sub(stored, -#choices - 1) == '|' .. choices then
    return {2, stored}
  end
  return {-1, stored}
end

local meta = call('HMGET', KEYS[1], 'phase', 'run', 'opens', 'closes', 'plan')
if not meta[1] or meta[2] ~= ARGV[1] then
  return {-2}
end
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if meta[1] == 'closed' or now >= tonumber(meta[4]) then
  return {-5, meta[4]}
end
if meta[1] ~= 'open' then
  return {-4}
end
if now < tonumber(meta[3]) then
  return {-3, meta[3]}
end
if now >= tonumber(ARGV[3]) then
  return {-6}
end

-- least, {cap code, scope, period, counts, max} ..., kinds of period, ms per ballot, burst,
-- ms per fresh browser, burst, longest stream, lifetime of replies
local least, caps, kinds, interval, burst, fresh_interval, fresh_burst, longest, reply_ms =
  unpack(cmsgpack.unpack(meta[5]))
if count < least then
  return {-7, least, count}
end

local categories = call('HMGET', KEYS[2], unpack(ARGV, 6))
local wrong
for i = 1, count do
  if not categories[i] then
    wrong = wrong or {-8}
    wrong[#wrong + 1] = ARGV[5 + i]
  end
end
if wrong then
  return wrong
end
local per_category = {}
for i = 1, count do
  local category = categories[i]
  if string.byte(category, -1) == 120 then
    wrong = wrong or {-9}
    wrong[#wrong + 1] = ARGV[5 + i]
  end
  per_category[category] = (per_category[category] or 0) + 1
end
if wrong then
  return wrong
end

local period = call('ZREVRANGEBYSCORE', KEYS[4], now, '-inf', 'LIMIT', 0, 1)[1]
local day, window, next_day, next_window = string.match(period, '^(.-)|(.-)|(.-)|(.-)$')
local names = {d = day, w = window, s = 's'}
local nexts = {d = next_day, w = next_window, s = ''}

-- One hash per kind of period: what this ballot would use, and what is used already.
local used, kind_of = {}, {}
for k = 1, #kinds do
  local kind = kinds[k]
  used[k] = {
    key = KEYS[7] .. ':' .. names[kind], next_start = nexts[kind],
    fields = {'g', 'r'}, amounts = {}, caps = {}, scopes = {},
  }
  kind_of[kind] = used[k]
end
for i = 1, #caps do
  local cap = caps[i]
  local code, scope, at, counts, max = cap[1], cap[2], cap[3], cap[4], cap[5]
  local hash = kind_of[at]
  if scope == 's' then
    local amount = counts == 'b' and 1 or count
    if hash then
      local n = #hash.fields + 1
      hash.fields[n], hash.amounts[n], hash.caps[n], hash.scopes[n] = code, amount, cap, ''
    elseif amount > max then
      return {-10, max, amount}
    end
  elseif scope == 'c' then
    for category, chosen in pairs(per_category) do
      local amount = counts == 'b' and 1 or chosen
      if hash then
        local n = #hash.fields + 1
        hash.fields[n], hash.amounts[n], hash.caps[n], hash.scopes[n] =
          code .. ':' .. category, amount, cap, category
      elseif amount > max then
        return {-11, category, max, amount}
      end
    end
  elseif hash then
    for c = 6, #ARGV do
      local n = #hash.fields + 1
      hash.fields[n], hash.amounts[n], hash.caps[n], hash.scopes[n] =
        code .. ':' .. ARGV[c], 1, cap, ARGV[c]
    end
  end
end

-- When the season's own limit is used up, no later day or window helps.
local function next_of(hash)
  local whole = kind_of.s
  local values = whole and call('HMGET', whole.key, unpack(whole.fields)) or {}
  for n = 3, whole and #whole.fields or 0 do
    if whole.caps[n][2] == 's' and tonumber(values[n] or 0) >= whole.caps[n][5] then
      return ''
    end
  end
  return hash.next_start
end

local next_start = used[1].next_start
local slots, left_ballots, left_choices = {}, '', ''
for k = 1, #used do
  local hash = used[k]
  local values = call('HMGET', hash.key, unpack(hash.fields))
  local writes, spent = {}, nil
  hash.is_new = not values[1]
  for n = 3, #hash.fields do
    local amount, cap, scope = hash.amounts[n], hash.caps[n], hash.scopes[n]
    local before, max = tonumber(values[n] or 0), cap[5]
    local after = before + amount
    if after > max then
      if cap[2] == 'n' and (not wrong or spent == cap) then
        -- All nominees over this one limit; a second limit would name them again.
        spent, wrong = cap, wrong or {-13, hash.next_start}
        wrong[#wrong + 1] = scope
      elseif wrong then
        break
      elseif cap[2] == 'c' then
        return {-11, scope, max - before, amount}
      elseif before >= max then
        return {-12, next_of(hash), values[2] or ''}
      else
        return {-10, max - before, amount}
      end
    elseif cap[2] == 's' then
      local left = max - after
      if left == 0 and cap[3] == 's' then
        next_start = ''
      end
      if cap[4] == 'b' then
        left_ballots = left_ballots == '' and left or math.min(left_ballots, left)
      else
        left_choices = left_choices == '' and left or math.min(left_choices, left)
      end
    end
    slots[#slots + 1] = table.concat(
      {cap[1], scope, names[cap[3]], amount == 1 and after or (before + 1) .. '-' .. after}, ':')
    writes[#writes + 1] = hash.fields[n]
    writes[#writes + 1] = after
  end
  if wrong then
    return wrong
  end
  local allowance = now
  if k == 1 then
    allowance = math.max(now, tonumber(values[1] or 0)) + interval
    if allowance - now > interval * burst then
      return {-14, allowance - now - interval * burst}
    end
  end
  writes[#writes + 1] = 'g'
  writes[#writes + 1] = allowance
  writes[#writes + 1] = 'r'
  writes[#writes + 1] = now .. ':' .. ARGV[2]
  hash.writes = writes
end
if call('XLEN', KEYS[5]) >= longest then
  return {-15}
end

-- Nothing is refused from here on. The fresh budget only marks.
local over = '0'
local fresh_until
if ARGV[4] == '1' then
  fresh_until = math.max(now, tonumber(call('GET', KEYS[8]) or 0)) + fresh_interval
  if fresh_until - now > fresh_interval * fresh_burst then
    over, fresh_until = '1', nil
  end
end

local body = table.concat(
  {'1', ARGV[2], now, choices, table.concat(slots, ';'), over, ARGV[5]}, '|')
call('XADD', KEYS[5], '*', 'b', body, 'h', redis.sha1hex(body))

local counts = call('HMGET', KEYS[3], '#', unpack(ARGV, 6))
local tally = {'#', (counts[1] or 0) + 1}
for i = 1, count do
  tally[2 * i + 1] = ARGV[5 + i]
  tally[2 * i + 2] = (counts[i + 1] or 0) + 1
end
call('HSET', KEYS[3], unpack(tally))
for k = 1, #used do
  local hash = used[k]
  call('HSET', hash.key, unpack(hash.writes))
  if hash.is_new and kinds[k] ~= 's' then
    -- A day beyond the period: a clock that steps back must still find what was used.
    call('PEXPIREAT', hash.key, (tonumber(hash.next_start) or tonumber(meta[4])) + 93600000)
  end
end
if fresh_until then
  call('SET', KEYS[8], fresh_until, 'PX', math.max(1, math.ceil(fresh_until - now)))
end
local reply = table.concat({now, next_start, left_ballots, left_choices, choices}, '|')
call('SET', KEYS[6], reply, 'PX', reply_ms)
return {1, reply}
