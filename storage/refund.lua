-- Gives back what requests took that did not happen after all. Never fills a bucket beyond its capacity, never makes
-- one: a bucket that is not there is full, or was lost together with what was taken from it.
--
-- KEYS[1..] the buckets, each once
-- ARGV[1..] for each bucket what to give back: cost times period
for i = 1, #KEYS do
  local kept = redis.call('GET', KEYS[i])
  if kept then
    local debt, at = string.match(kept, '^(%d+) (%d+)$')
    local left = math.max(tonumber(debt) - tonumber(ARGV[i]), 0)
    redis.call('SET', KEYS[i], string.format('%.0f %s', left, at), 'KEEPTTL')
  end
end
return #KEYS
