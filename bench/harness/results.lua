--- What was measured, kept in a file between runs: a line for each database, job and participant.
local results = {}

local function key(db, suite, job, name) return table.concat({db, suite, job, name}, "\t") end

--- @param path string
--- @return table<string, table> value, least, most, n, rounds by the key of four names
function results.read(path)
  local all, file = {}, io.open(path)
  if not file then return all end
  for line in file:lines() do
    local field = {}
    for text in line:gmatch("[^\t]+") do field[#field + 1] = text end
    all[table.concat(field, "\t", 1, 4)] = {
      value = tonumber(field[5]), least = tonumber(field[6]), most = tonumber(field[7]),
      n = tonumber(field[8]), rounds = tonumber(field[9]),
    }
  end
  file:close()
  return all
end

function results.write(path, all)
  local keys, file = {}, assert(io.open(path, "w"))
  for k in pairs(all) do keys[#keys + 1] = k end
  table.sort(keys)
  for _, k in ipairs(keys) do
    local r = all[k]
    file:write(("%s\t%.6f\t%.6f\t%.6f\t%d\t%d\n"):format(k, r.value, r.least, r.most, r.n, r.rounds))
  end
  file:close()
end

function results.get(all, db, suite, job, name) return all[key(db, suite, job, name)] end
function results.set(all, db, suite, job, name, result) all[key(db, suite, job, name)] = result end

return results
