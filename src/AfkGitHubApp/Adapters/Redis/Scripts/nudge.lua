-- "Look at this repository."
-- KEYS: due, repository, shard
-- ARGV: id, now, gap after the last look, rest of an empty shard, name, installation, reason, hint (0 to 2), commit, workflow run, channel, rest of what it tells of
local id, now = ARGV[1], tonumber(ARGV[2])
local commit, workflow = ARGV[9], ARGV[10]
local known = redis.call('HMGET', KEYS[2], 'record', 'anyCommit', 'commits', 'threads', 'leaseUntil', 'settledAt', 'reasons', 'hint')

-- Evidence is judged only where something is known of the repository; elsewhere the tick will judge.
if (commit ~= '' or workflow ~= '') and known[1] then
  local concerns = (workflow ~= '' and has(known[4], workflow)) or (commit ~= '' and (known[2] == '1' or has(known[3], commit)))
  if not concerns then return 'Irrelevant' end
end

redis.call('HSET', KEYS[2], 'name', ARGV[5], 'installation', ARGV[6], 'reasons', with(known[7], ARGV[7]), 'hint', stronger(known[8], ARGV[8]))

-- Also a lease that has run out: its late settle, or the next claim, must see this nudge.
if known[5] then
  -- A server that evicts may have taken the due time that a lease always has; without it a dead holder's repository would never come back.
  redis.call('ZADD', KEYS[1], 'NX', known[5], id)
  return 'Dirty'
end

local earliest = math.max(now + tonumber(ARGV[12]), opens(KEYS[3], ARGV[2], ARGV[4]))
if known[6] then earliest = math.max(earliest, tonumber(known[6]) + tonumber(ARGV[3])) end
local score = redis.call('ZSCORE', KEYS[1], id)
if not score or tonumber(score) > earliest then redis.call('ZADD', KEYS[1], whole(earliest), id) end
redis.call('PUBLISH', ARGV[11], id)
return 'Due'
