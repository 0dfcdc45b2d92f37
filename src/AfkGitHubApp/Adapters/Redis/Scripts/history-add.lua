-- Adds a tick's result to its shard's history, newest first.
-- KEYS: repository, history   ARGV: fence, result, most entries, how long they are kept after the last
if not holds(KEYS[1], ARGV[1]) then return 0 end
redis.call('LPUSH', KEYS[2], ARGV[2])
redis.call('LTRIM', KEYS[2], 0, tonumber(ARGV[3]) - 1)
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return 1
