-- For wrk: the same request again and again, another post and another person each time.
-- Arguments: method, path, body, the number of posts, a seed, the method that undoes. Tokens come on standard input, one
-- a line, the first of person 1, the second of person 2, and so on.
local method, path, body, posts, people, undo
local tokens = {}
-- What is to be undone next.
local done_before

function init(args)
  method, path, body, posts = args[1], args[2], args[3], tonumber(args[4])
  people = math.max(2, math.floor(posts / 10))
  math.randomseed(tonumber(args[5]) % 2147483647)
  undo = args[6]
  for line in io.stdin:lines() do
    tokens[#tokens + 1] = "Bearer " .. line
  end
end

local function fill(text, caller)
  local function person()
    local id
    -- Nobody follows themselves.
    repeat id = math.random(people) until id ~= caller
    return tostring(id)
  end
  return (text:gsub("{post}", function() return tostring(math.random(posts)) end):gsub("{person}", person))
end

function request()
  if done_before then
    local target, headers = done_before[1], done_before[2]
    done_before = nil
    return wrk.format(undo, target, headers, body)
  end
  local caller
  local headers = {}
  if body ~= "" then
    headers["Content-Type"] = "application/json"
  end
  if #tokens > 0 then
    caller = math.random(#tokens)
    headers["Authorization"] = tokens[caller]
  end
  local target = fill(path, caller)
  if undo ~= "" then
    done_before = { target, headers }
  end
  return wrk.format(method, target, headers, fill(body, caller))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'REPORT {"requests":%d,"failed":%d,"seconds":%f,"p50_ms":%f,"p99_ms":%f}\n',
    summary.requests,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration / 1e6,
    latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3
  ))
end
