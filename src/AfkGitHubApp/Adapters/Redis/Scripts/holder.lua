-- Stands before every script below; it is the one place that compares a fence.
-- A holder is whoever was given the last fence and has not settled since. That its lease has run out does not matter as long as nobody came after it.
local function holds(repository, fence)
  return redis.call('HGET', repository, 'fence') == fence and redis.call('HEXISTS', repository, 'leaseUntil') == 1
end

-- Lists of words are kept as one text, "\nword\nword\n".
local function has(list, word)
  return list and string.find(list, '\n' .. word .. '\n', 1, true) ~= nil
end

local function with(list, word)
  if has(list, word) then return list end
  return (list or '\n') .. word .. '\n'
end

-- Hints at work in flight, 0 to 2.
local function stronger(left, right)
  return tostring(math.max(tonumber(left or '0'), tonumber(right or '0')))
end

-- An empty shard is a new one or one that was emptied under its holders: it hands out nothing before whoever may still hold something has lost it.
local function opens(shard, now, rest)
  local born = redis.call('HGET', shard, 'bornAt')
  if not born then
    born = now
    redis.call('HSET', shard, 'bornAt', now)
  end
  return tonumber(born) + tonumber(rest)
end

-- Whole milliseconds; Lua would write large numbers with an exponent.
local function whole(number)
  return string.format('%.0f', number)
end
