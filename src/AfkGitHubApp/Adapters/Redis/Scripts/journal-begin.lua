-- Records the intent of an act, unless there is one already. Answer: what stood there before; '' = nothing, 0 = no longer the holder.
-- KEYS: repository, journal   ARGV: fence, act, now
if not holds(KEYS[1], ARGV[1]) then return 0 end
local known = redis.call('HGET', KEYS[2], ARGV[2])
if known then return known end
redis.call('HSET', KEYS[2], ARGV[2], 'begun ' .. ARGV[3])
return ''
