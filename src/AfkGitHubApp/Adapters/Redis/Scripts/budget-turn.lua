-- The next turn to write, a gap after the last one. Answer: how long to wait for it.
-- KEYS: turn   ARGV: now, gap
local now, gap = tonumber(ARGV[1]), tonumber(ARGV[2])
local turn = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0') + gap)
redis.call('SET', KEYS[1], whole(turn), 'PX', whole(turn - now + gap + 60000))
return turn - now
