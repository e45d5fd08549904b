--- la.orderinglist: lists that keep their items' positions in an attribute of them.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local err = require "lualchemy.error"
local list = require "lualchemy.orm.collection_list"

local orderinglist = {}

--- Positions 0, 1, 2 …
--- @param index integer from 0
--- @return integer
function orderinglist.count_from_0(index) return index end

--- Positions 1, 2, 3 …
--- @param index integer from 0
--- @return integer
function orderinglist.count_from_1(index) return index + 1 end

--- Positions from `start` on.
--- @param start integer
--- @return fun(index: integer): integer
function orderinglist.count_from_n_factory(start)
  return function(index) return index + start end
end

--- Gives an item the position that belongs to its place (from 1); one it has is kept, unless `reorder`.
local function order(kind, c, place, item, reorder)
  local have = item[kind.attr]
  if have ~= nil and not reorder then return end
  local wanted = kind.ordering_func(place - 1, c)
  if have ~= wanted then item[kind.attr] = wanted end
end

local methods = {}
for name, fn in pairs(list.methods) do methods[name] = fn end

--- Gives every item the position of its place.
function methods.reorder(c)
  local kind = getmetatable(c).kind
  for i = 1, #c do order(kind, c, i, rawget(c, i), true) end
end

local KEYWORDS = base.keywords("count_from ordering_func reorder_on_append attr")

--- A collection_class whose lists keep the attribute `attr` of their items in step with their places.
--- @param ... any attr, then {count_from = 0, ordering_func = fn(index, list), reorder_on_append = false}
function orderinglist.ordering_list(...)
  local p, o = args.take("ordering_list", KEYWORDS, ...)
  local attr = p[1] or o.attr
  if type(attr) ~= "string" then
    err.raise("ArgumentError", "ordering_list: argument 'attr' must be a string, got %s", type(attr))
  end
  local count_from = p[2] or base.given(o.count_from)
  local ordering_func = p[3] or base.given(o.ordering_func)
    or (count_from and orderinglist.count_from_n_factory(count_from)) or orderinglist.count_from_0
  local kind = {}
  for k, v in pairs(list) do kind[k] = v end
  kind.is_kind, kind.methods, kind.attr, kind.ordering_func = true, methods, attr, ordering_func
  local reorder_on_append = p[4] or o.reorder_on_append or false
  function kind.init(c, rec)
    list.init(c, rec)
    rec.changed = methods.reorder
    rec.replaced = function(_, i, item) order(kind, c, i, item, true) end
    rec.appended = function(_, _, item) order(kind, c, #c, item, reorder_on_append) end
  end
  return kind
end

return orderinglist
