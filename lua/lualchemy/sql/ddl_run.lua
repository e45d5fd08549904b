--- create_all, drop_all, create and drop: what to do is planned here, the engine or connection does it.
--
-- It has a method `_run_ddl(plan)`, which calls plan(dialect, exists) for the steps and takes them in one transaction.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local plan = require "lualchemy.sql.ddl_plan"

local ALL = base.keywords("tables checkfirst")
local ONE = base.keywords("checkfirst")

local function run(name, make, element, bind, tables, checkfirst)
  if bind == nil or type(bind) == "string" then
    err.raise("ArgumentError", "%s: argument 'bind' must be an engine or a connection, got %s", name, type(bind))
  end
  return bind:_run_ddl(function(dialect, exists)
    return make(element, dialect, {tables = tables, checkfirst = checkfirst, exists = exists})
  end)
end

local function of_all(name, make)
  return function(metadata, bind, ...)
    local p, o = args.take(name, ALL, ...)
    local checkfirst = p[2]
    if checkfirst == nil then checkfirst = o.checkfirst end
    return run(name, make, metadata, bind, base.given(p[1] or o.tables), checkfirst ~= false)
  end
end

local function of_one(name, make, default)
  return function(element, bind, ...)
    local p, o = args.take(name, ONE, ...)
    local checkfirst = p[1]
    if checkfirst == nil then checkfirst = o.checkfirst end
    if checkfirst == nil then checkfirst = default end
    return run(name, make, element, bind, nil, checkfirst and true or false)
  end
end

core.methods({"METADATA"}, {
  --- Creates the tables (or those given) that are not there.
  create_all = of_all("create_all", plan.plan_create),
  --- Drops the tables (or those given) that are there.
  drop_all = of_all("drop_all", plan.plan_drop),
})
core.methods({"TABLE", "INDEX"}, {
  --- Creates it; with checkfirst only if it is not there.
  create = of_one("create", plan.plan_create, false),
  --- Drops it; with checkfirst only if it is there.
  drop = of_one("drop", plan.plan_drop, false),
})
core.methods({"SEQUENCE", "TYPE"}, {
  create = of_one("create", plan.plan_create, true),
  drop = of_one("drop", plan.plan_drop, true),
})
