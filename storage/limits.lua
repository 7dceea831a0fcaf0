-- Token buckets for a batch of requests of one business: each request takes from all of its buckets or from none.
-- It takes nothing while the epoch is missing: what was counted is lost then, and nobody has said what was sent.
--
-- KEYS[1]   the epoch: the time (ms) at which every bucket that is not there is taken to have been empty
-- KEYS[2..] the buckets, each once
-- ARGV[1]   {"now": ms, "limits": [[count, period ms] of each bucket], "requests": [[cost, bucket, ...], ...]}
-- returns   "cold", or for each request two integers: 0 and 0, or the wait in ms and the bucket that needs it.
--           Who waits for the same bucket waits one behind the other, so that not all of them come back at once.
--
-- A bucket holds "debt at". Debt is what was taken and has not come back, in period-ths of a token, so that all is
-- in whole numbers: one token weighs `period`, and `count` come back every millisecond.
local asked = cjson.decode(ARGV[1])
local now, limits = asked.now, asked.limits
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  return redis.status_reply('cold')
end
local emptied = tonumber(epoch)
redis.call('PEXPIRE', KEYS[1], 2592000000)

local STEP = 1000 -- Lua's stack holds 8000
local kept = {}
for first = 2, #KEYS, STEP do
  local values = redis.call('MGET', unpack(KEYS, first, math.min(first + STEP - 1, #KEYS)))
  for i = 1, #values do
    kept[first - 2 + i] = values[i]
  end
end

local floor, max, min = math.floor, math.max, math.min
local debts, ats, taken, ahead = {}, {}, {}, {}
for i = 1, #limits do
  local count, period = limits[i][1], limits[i][2]
  local debt, at
  if kept[i] then
    local debt_text, at_text = string.match(kept[i], '^(%d+) (%d+)$')
    debt, at = tonumber(debt_text), tonumber(at_text)
  else
    debt, at = count * period, emptied
  end
  -- Time never goes backwards in a bucket.
  local passed = min(max(now - at, 0), period)
  debts[i] = max(debt - passed * count, 0)
  ats[i] = max(now, at)
  ahead[i] = 0
end

local answers = {}
for r = 1, #asked.requests do
  local request = asked.requests[r]
  local cost, wait, short = request[1], 0, 0
  for p = 2, #request do
    local i = request[p]
    local count, period = limits[i][1], limits[i][2]
    local over = debts[i] + cost * period - count * period
    if over > 0 then
      local needed = min(ats[i] - now + floor((over + count - 1) / count), period) + floor(ahead[i] / count)
      if needed > wait then
        wait, short = needed, i
      end
    end
  end
  if wait == 0 then
    for p = 2, #request do
      local i = request[p]
      debts[i] = debts[i] + cost * limits[i][2]
      taken[i] = true
    end
  else
    ahead[short] = ahead[short] + cost * limits[short][2]
  end
  answers[2 * r - 1] = wait
  answers[2 * r] = short
end

for i in pairs(taken) do
  -- A bucket may be forgotten once it is full; a minute more for clocks that differ.
  local full_in = min(ats[i] - now, limits[i][2]) + floor(debts[i] / limits[i][1]) + 60000
  redis.call('SET', KEYS[i + 1], string.format('%.0f %.0f', debts[i], ats[i]), 'PX', string.format('%.0f', full_in))
end
return answers
