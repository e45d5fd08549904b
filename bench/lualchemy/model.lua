--- What the jobs share: the class, the engine on a database that is set up, and the look at what was stored.
local la = require "lualchemy"

local model = {la = la}

local Base = la.declarative_base()
model.Customer = Base:class("Customer", {
  __tablename__ = "customer",
  id = la.Column{la.Integer, la.Identity(), primary_key = true},
  name = la.Column{la.String(255)},
  description = la.Column{la.String(255)},
})
model.customer = model.Customer.__table__

local WideBase = la.declarative_base()
model.Wide = WideBase:class("Customer", {
  __tablename__ = "customer",
  id = la.Column{la.Integer, la.Identity(), primary_key = true},
  name = la.Column{la.String(255)},
  description = la.Column{la.String(255)},
  q = la.Column{la.Integer},
  p = la.Column{la.Integer},
  x = la.deferred{la.Column{la.Integer}},
  y = la.deferred{la.Column{la.Integer}},
  z = la.deferred{la.Column{la.Integer}},
})

--- @param bench table what the player gives
--- @param options? table of create_engine
--- @param url? string in place of the database of the job
function model.engine(bench, options, url)
  local engine = la.create_engine(url or (bench.postgresql and bench.url or "sqlite://"), options or {})
  engine:begin(function(conn)
    for _, statement in ipairs(bench.setup()) do conn:exec_driver_sql(statement) end
  end)
  return engine
end

--- Count, sum of keys, lengths of texts.
function model.stored(engine)
  return engine:connect(function(conn)
    local row = conn:exec_driver_sql(
      "SELECT count(*), sum(id), sum(length(name)), sum(length(description)) FROM customer"):one()
    return ("%d %d %d %d"):format(row:unpack())
  end)
end

--- Count and last row.
function model.read(count, row) return ("%d %d %s %s"):format(count, row.id, row.name, row.description) end

return model
