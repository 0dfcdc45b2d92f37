-- Takes a repository: the one that was seen at the head of the due set, or, with a name, whichever the caller asks for.
-- KEYS: due, repository, shard
-- ARGV: id, now, lease, rest of an empty shard, and for a claim by name: name, installation
-- Answer: fence, name, installation, record, reasons, hint; nothing when somebody else was first.
local id, now = ARGV[1], tonumber(ARGV[2])
if ARGV[5] then
  local leaseUntil = redis.call('HGET', KEYS[2], 'leaseUntil')
  if leaseUntil and tonumber(leaseUntil) > now then return {} end
  if opens(KEYS[3], ARGV[2], ARGV[4]) > now then return {} end
  redis.call('HSET', KEYS[2], 'name', ARGV[5], 'installation', ARGV[6])
else
  local score = redis.call('ZSCORE', KEYS[1], id)
  if not score or tonumber(score) > now then return {} end
  -- A due time without its repository is what an evicting server leaves behind.
  if redis.call('HEXISTS', KEYS[2], 'name') == 0 then
    redis.call('ZREM', KEYS[1], id)
    return {}
  end
end

-- One count for the whole shard, started at the clock: neither a forgotten repository nor an emptied server hands out an old number again.
local fence = whole(math.max(tonumber(redis.call('HGET', KEYS[3], 'fence') or '0') + 1, now))
redis.call('HSET', KEYS[3], 'fence', fence)

local known = redis.call('HMGET', KEYS[2], 'name', 'installation', 'record', 'reasons', 'told', 'hint', 'toldHint')
-- What a holder was told stays until it settles: one that dies leaves it to the next.
local told = known[5]
for reason in string.gmatch(known[4] or '', '[^\n]+') do told = with(told, reason) end
local hint = stronger(known[6], known[7])
redis.call('HDEL', KEYS[2], 'reasons', 'hint')
if told then redis.call('HSET', KEYS[2], 'told', told) end
redis.call('HSET', KEYS[2], 'toldHint', hint)

local leaseUntil = whole(now + tonumber(ARGV[3]))
redis.call('HSET', KEYS[2], 'fence', fence, 'leaseUntil', leaseUntil)
redis.call('ZADD', KEYS[1], leaseUntil, id)
return { fence, known[1], known[2], known[3], told or '', hint }
