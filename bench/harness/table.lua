--- The tables on the terminal: a line for each job as soon as it was played.
local table_of = {}

--- The participant that goals are measured against: the last SQLAlchemy of the list.
function table_of.opponent(who)
  local opponent
  for _, one in ipairs(who) do
    if one.opponent then opponent = one end
  end
  return opponent
end

local function title(one)
  return (one.name:gsub("lualchemy%-", "la-"):gsub("sqlalchemy", "sa"):gsub("checkout", "co"))
end

function table_of.header(db, suite, job, who)
  io.write(("\n%s on %s, n = %d; %s, medians\n%-40s"):format(suite.name, db.name, job.n,
    suite.unit or db.inside and "seconds of the process at work" or "seconds", ""))
  for _, one in ipairs(who) do io.write(("%11s"):format(title(one))) end
  if table_of.opponent(who) then
    for _, one in ipairs(who) do
      if one.ours then io.write(("%12s"):format("x " .. title(one))) end
    end
  end
  io.write("\n")
  return true
end

--- How many times as fast as the opponent, and whether that is what was aimed at.
function table_of.verdict(job, found, one, opponent)
  local mine, its = found[one.name], opponent and found[opponent.name]
  if not (mine and its and mine.value and its.value) then return "" end
  local ratio = its.value / mine.value
  return ("%.1f%s"):format(ratio, job.goal and (ratio >= job.goal and " yes" or " no") or "")
end

function table_of.row(job, who, found)
  local played
  for _, result in pairs(found) do played = played or not result.absent end
  if not played then return end
  io.write(("%-40s"):format(job.name))
  for _, one in ipairs(who) do
    local result = found[one.name]
    io.write(("%11s"):format(result.value and ("%.4f"):format(result.value) or result.wrong and "wrong" or "-"))
  end
  local opponent = table_of.opponent(who)
  for _, one in ipairs(who) do
    if one.ours and opponent then io.write(("%12s"):format(table_of.verdict(job, found, one, opponent))) end
  end
  io.write("\n")
  io.flush()
end

return table_of
