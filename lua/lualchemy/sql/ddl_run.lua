--- create_all, drop_all, create and drop: a visitor does it, on an engine or a connection.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local checks = require "lualchemy.sql.checkfirst"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local ALL = base.keywords("tables checkfirst")
local ONE = base.keywords("checkfirst")

--- The visitors, loaded with their first use; types alone are visited by classes of their own.
local function generator() return require "lualchemy.sql.ddl_generator" end
local function dropper() return require "lualchemy.sql.ddl_dropper" end
local function of_types(visitor, name)
  return function()
    return visitor():class("Types", {traverse_single = require("lualchemy.sql.ddl_types")[name]})
  end
end

local function run(name, visitor, element, bind, tables, checkfirst)
  if type(bind) ~= "table" or not bind._run_ddl_visitor then
    err.raise("ArgumentError", "%s: argument 'bind' must be an engine or a connection, got %s", name, type(bind))
  end
  return bind:_run_ddl_visitor(visitor(), element, {tables = tables, checkfirst = checkfirst})
end

local function of_all(name, visitor)
  local function all(metadata, bind, ...)
    if args.is_options(bind) and bind.bind ~= nil then return all(metadata, args.pick(bind, "bind")) end
    local p, o = args.take(name, ALL, ...)
    local checkfirst = p[2]
    if checkfirst == nil then checkfirst = o.checkfirst end
    checkfirst = checks.take(name, checkfirst)
    if checkfirst == nil then checkfirst = true end
    return run(name, visitor, metadata, bind, base.given(p[1] or o.tables), checkfirst)
  end
  return all
end

local function of_one(name, visitor, default)
  local function one(element, bind, ...)
    if args.is_options(bind) and bind.bind ~= nil then return one(element, args.pick(bind, "bind")) end
    local p, o = args.take(name, ONE, ...)
    local checkfirst = p[1]
    if checkfirst == nil then checkfirst = o.checkfirst end
    checkfirst = checks.take(name, checkfirst)
    if checkfirst == nil then checkfirst = default end
    return run(name, visitor, element, bind, nil, checkfirst)
  end
  return one
end

core.methods({"METADATA"}, {
  --- Creates the tables (or those given) that are not there.
  create_all = of_all("create_all", generator),
  --- Drops the tables (or those given) that are there.
  drop_all = of_all("drop_all", dropper),
})
core.methods({"TABLE", "INDEX"}, {
  --- Creates it; with checkfirst only if it is not there.
  create = of_one("create", generator, false),
  --- Drops it; with checkfirst only if it is there.
  drop = of_one("drop", dropper, false),
})
core.methods({"SEQUENCE"}, {create = of_one("create", generator, true), drop = of_one("drop", dropper, true)})
core.methods({"TYPE"}, {
  create = of_one("create", of_types(generator, "create"), true),
  drop = of_one("drop", of_types(dropper, "drop"), true),
})
