-- A wrk load of clicks on random links: wrk … -s clicks.lua URL -- LINKS keep-alive|close
local requests = {}
local count

function init(args)
  count = tonumber(args[1])
  local headers = {
    ["Host"] = "go.example.com",
    ["User-Agent"] = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
      .. "Chrome/128.0.0.0 Mobile Safari/537.36",
    ["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    ["Accept-Language"] = "en-US,en;q=0.9",
    ["Accept-Encoding"] = "gzip, deflate, br",
  }
  if args[2] == "close" then
    headers["Connection"] = "close"
  end
  for i = 1, count do
    requests[i] = wrk.format("GET", string.format("/c/b%04d", i - 1), headers)
  end
  math.randomseed(1)
end

function request()
  return requests[math.random(count)]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("result %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
