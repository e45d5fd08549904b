--- What is paid once: loading the library, configuring classes.
local jobs = {}

function jobs.first_query(bench)
  return bench.time(function()
    local la = require "lualchemy"
    return la.create_engine("sqlite://"):connect(function(conn) return conn:execute(la.text("SELECT 1")):scalar() end)
  end)
end

--- Each class refers to the one before it.
function jobs.configure_classes(bench)
  local la = require "lualchemy"
  local classes = bench.time(function()
    local Base, classes = la.declarative_base(), {}
    for i = 1, bench.n do
      local parent = "Class" .. math.max(1, i - 1)
      classes[i] = Base:class("Class" .. i, {
        __tablename__ = "class" .. i,
        id = la.Column{la.Integer, primary_key = true},
        name = la.Column{la.String(50)},
        number = la.Column{la.Integer},
        parent_id = la.Column{la.Integer, la.ForeignKey(("class%d.id"):format(math.max(1, i - 1)))},
        parent = la.relationship{parent, remote_side = parent .. ".id"},
      })
    end
    la.configure_mappers()
    return classes
  end)
  return tostring(#la.inspect(classes[#classes]).relationships:keys())
end

return jobs
