-- The wrk script of the serving benchmark: posts pictures as forms in turn, and prints one line of JSON at the end.
--     wrk … -s serving_load.lua URL -- LIST        LIST: a file with the path of a PNG on each line
local bodies, turn = {}, 0

function init(arguments)
  for path in io.lines(arguments[1]) do
    local file = assert(io.open(path, "rb"))
    bodies[#bodies + 1] = "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"beat.png\"\r\n" ..
      "Content-Type: image/png\r\n\r\n" .. file:read("*a") .. "\r\n--b--\r\n"
    file:close()
  end
  wrk.method, wrk.path = "POST", "/predict"
  wrk.headers["Content-Type"] = "multipart/form-data; boundary=b"
  turn = math.random(#bodies)
end

function request()
  turn = turn % #bodies + 1
  return wrk.format(nil, nil, nil, bodies[turn])
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
