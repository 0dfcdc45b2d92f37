-- GitHub asked to be left alone by an installation; the longest wait holds, and what is over goes.
-- KEYS: limits   ARGV: installation, until, now
local known = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if tonumber(ARGV[2]) > known then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
local all = redis.call('HGETALL', KEYS[1])
for at = 1, #all, 2 do
  if tonumber(all[at + 1]) <= tonumber(ARGV[3]) then redis.call('HDEL', KEYS[1], all[at]) end
end
return 1
