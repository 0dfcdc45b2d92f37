-- Gives a repository back.
-- KEYS: due, repository, journal
-- ARGV: id, fence, now, next look ('' = nothing is left to look at), gap after this look, how long what nobody looks at any more is kept
if not holds(KEYS[2], ARGV[2]) then return 'Fenced' end
redis.call('HDEL', KEYS[2], 'leaseUntil', 'told', 'toldHint')
redis.call('HSET', KEYS[2], 'settledAt', ARGV[3])
if redis.call('HEXISTS', KEYS[2], 'reasons') == 1 then
  redis.call('ZADD', KEYS[1], whole(tonumber(ARGV[3]) + tonumber(ARGV[5])), ARGV[1])
  return 'Again'
end
if ARGV[4] == '' then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('DEL', KEYS[2], KEYS[3])
  return 'Finished'
end
redis.call('ZADD', KEYS[1], ARGV[4], ARGV[1])
local keep = whole(math.max(0, tonumber(ARGV[4]) - tonumber(ARGV[3])) + tonumber(ARGV[6]))
redis.call('PEXPIRE', KEYS[2], keep)
redis.call('PEXPIRE', KEYS[3], keep)
return 'Waiting'
