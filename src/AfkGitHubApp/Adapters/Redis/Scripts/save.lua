-- Saves the record, with what a nudge needs to know of it, and drops the journal of runs it no longer names.
-- KEYS: repository, journal
-- ARGV: fence, record, name, installation, any commit concerns it (0 or 1), commits, threads, runs
if not holds(KEYS[1], ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'record', ARGV[2], 'name', ARGV[3], 'installation', ARGV[4], 'anyCommit', ARGV[5], 'commits', ARGV[6], 'threads', ARGV[7])
for _, act in ipairs(redis.call('HKEYS', KEYS[2])) do
  if not has(ARGV[8], string.match(act, '^[^.]*')) then redis.call('HDEL', KEYS[2], act) end
end
return 1
