-- Cycles through a list of requests. Each thread starts somewhere else, and a request that creates something carries a
-- key that no other request of any run has.
local method = os.getenv("BENCH_METHOD")
local path = os.getenv("BENCH_PATH")
local token = os.getenv("BENCH_TOKEN")
local key = os.getenv("BENCH_KEY")
local count = 0

function setup(thread)
  thread:set("number", count)
  count = count + 1
end

function init(args)
  lines, sent = {}, 0
  for line in io.lines(os.getenv("BENCH_LIST")) do
    if line ~= "" then lines[#lines + 1] = line end
  end
  headers = {}
  if token then headers["Authorization"] = "Bearer " .. token end
  if method == "POST" then headers["Content-Type"] = "application/json" end
  position = math.floor(#lines / 2) * number
  ready = nil
  if not key and method ~= "POST" then
    ready = {}
    for n, line in ipairs(lines) do ready[n] = wrk.format(method, line, headers, nil) end
  end
end

function request()
  position = position % #lines + 1
  if ready then return ready[position] end
  sent = sent + 1
  if key then headers["Idempotency-Key"] = key .. "-" .. number .. "-" .. sent end
  return wrk.format(method, path, headers, lines[position])
end

function done(summary, latency, requests)
  io.write(string.format(
    '\n%s{"Requests":%d,"Micros":%d,"P50":%.1f,"P99":%.1f,"Most":%.1f,"Connect":%d,"Read":%d,"Write":%d,"Timeout":%d,"Status":%d,"Bytes":%d}\n',
    os.getenv("BENCH_MARKER"), summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    summary.errors.connect, summary.errors.read, summary.errors.write, summary.errors.timeout, summary.errors.status, summary.bytes))
end
