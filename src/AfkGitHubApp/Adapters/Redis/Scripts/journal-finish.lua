-- The act has happened; when it was begun is kept.
-- KEYS: repository, journal   ARGV: fence, act, now, result
if not holds(KEYS[1], ARGV[1]) then return 0 end
local begun = string.match(redis.call('HGET', KEYS[2], ARGV[2]) or '', '^%a+ (%d+)') or ARGV[3]
redis.call('HSET', KEYS[2], ARGV[2], 'finished ' .. begun .. ' ' .. ARGV[4])
return 1
