-- For wrk: the same request again and again, another post and another person each time.
-- Arguments: method, path, body, the number of posts, a seed. Tokens come on standard input, one a line.
local method, path, body, posts
local tokens = {}

function init(args)
  method, path, body, posts = args[1], args[2], args[3], tonumber(args[4])
  math.randomseed(tonumber(args[5]) % 2147483647)
  for line in io.stdin:lines() do
    tokens[#tokens + 1] = "Bearer " .. line
  end
end

function request()
  local id = tostring(math.random(posts))
  local headers = {}
  if body ~= "" then
    headers["Content-Type"] = "application/json"
  end
  if #tokens > 0 then
    headers["Authorization"] = tokens[math.random(#tokens)]
  end
  return wrk.format(method, (path:gsub("{post}", id)), headers, (body:gsub("{post}", id)))
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
