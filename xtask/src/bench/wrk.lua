-- What wrk asks, and its figures as JSON.
--
--   wrk -s wrk.lua URL -- WORKLOAD ROWS RUN KEY [HEADER…]
--
-- WORKLOAD is get, list, create or verify; ROWS is how many organizations there are (o-0, o-1, …); RUN is a name that no
-- other run on the same service has; KEY is one to verify; a HEADER is "Name: value".

local made = 0

function setup(thread)
   thread:set("number", made)
   made = made + 1
end

local base = "/admin/v1"
local count = 0
local ask

function init(args)
   local workload, rows, run, key = args[1], tonumber(args[2]), args[3], args[4]
   local headers = {}
   for at = 5, #args do
      local name, value = args[at]:match("^([^:]+):%s*(.*)$")
      headers[name] = value
   end
   -- Threads that draw from one seed would draw the same.
   math.randomseed(os.time() + 7919 * number)

   if workload == "get" then
      ask = function()
         return wrk.format("GET", base .. "/organizations/o-" .. math.random(0, rows - 1), headers)
      end
   elseif workload == "list" then
      local request = wrk.format("GET", base .. "/organizations?limit=100", headers)
      ask = function() return request end
   elseif workload == "create" then
      headers["Content-Type"] = "application/json"
      ask = function()
         count = count + 1
         local slug = "b-" .. run .. "-" .. number .. "-" .. count
         return wrk.format("POST", base .. "/organizations", headers, '{"slug":"' .. slug .. '","name":"An organization"}')
      end
   elseif workload == "verify" then
      headers["Content-Type"] = "application/json"
      local request = wrk.format("POST", base .. "/api-keys/verify", headers, '{"key":"' .. key .. '"}')
      ask = function() return request end
   else
      error("no such workload: " .. tostring(workload))
   end
end

function request()
   return ask()
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      '{"requests":%d,"microseconds":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d,"p999":%d}\n',
      summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
      latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
