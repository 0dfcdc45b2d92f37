-- Gives a repository back without having looked: what the holder was told stays for the next one.
-- KEYS: due, repository   ARGV: id, fence, now, next look, gap after a look
if not holds(KEYS[2], ARGV[2]) then return 'Fenced' end
local known = redis.call('HMGET', KEYS[2], 'reasons', 'told', 'hint', 'toldHint')
local due = tonumber(ARGV[4])
if known[1] then due = math.min(due, tonumber(ARGV[3]) + tonumber(ARGV[5])) end
local reasons = known[1]
for reason in string.gmatch(known[2] or '', '[^\n]+') do reasons = with(reasons, reason) end
if reasons then redis.call('HSET', KEYS[2], 'reasons', reasons) end
redis.call('HSET', KEYS[2], 'hint', stronger(known[3], known[4]))
redis.call('HDEL', KEYS[2], 'leaseUntil', 'told', 'toldHint')
redis.call('ZADD', KEYS[1], whole(due), ARGV[1])
return 'Waiting'
