-- Extends a lease.
-- KEYS: due, repository   ARGV: id, fence, until
if not holds(KEYS[2], ARGV[2]) then return 0 end
redis.call('HSET', KEYS[2], 'leaseUntil', ARGV[3])
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return 1
