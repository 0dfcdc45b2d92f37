-- The act is about to be sent again: its beginning moves to now.
-- KEYS: repository, journal   ARGV: fence, act, now
if not holds(KEYS[1], ARGV[1]) then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], 'begun ' .. ARGV[3])
return 1
