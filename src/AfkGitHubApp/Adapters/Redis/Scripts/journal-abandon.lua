-- The act was certainly not performed: its intent goes.
-- KEYS: repository, journal   ARGV: fence, act
if not holds(KEYS[1], ARGV[1]) then return 0 end
redis.call('HDEL', KEYS[2], ARGV[2])
return 1
