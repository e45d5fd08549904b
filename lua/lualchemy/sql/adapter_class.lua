--- la.sql.util.ClauseAdapter and ColumnAdapter: visitors that express constructs in terms of another selectable.
local adapt = require "lualchemy.sql.adapt"
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local visitors = require "lualchemy.sql.visitors"

local Replacing = visitors.ReplacingExternalTraversal

local NAMES = {"equivalents", "include_fn", "exclude_fn", "adapt_on_names", "anonymize_labels",
  "adapt_from_selectables"}
local COLUMN_NAMES = {"equivalents", "adapt_required", "include_fn", "exclude_fn", "adapt_on_names",
  "allow_label_resolve", "anonymize_labels", "adapt_from_selectables"}

--- The arguments by name, whichever way they were given.
local function named(who, names, ...)
  local keywords = {}
  for _, name in ipairs(names) do keywords[name] = true end
  local p, o = args.take(who, keywords, ...)
  local out = {}
  for i, name in ipairs(names) do
    out[name] = p[i]
    if out[name] == nil then out[name] = o[name] end
    if out[name] == core.null then out[name] = nil end
  end
  return out
end

local function fill(self, selectable, o)
  self.selectable = core.element(selectable)
  self.include_fn, self.exclude_fn, self.equivalents = o.include_fn, o.exclude_fn, o.equivalents or {}
  self.adapt_from_selectables = o.adapt_from_selectables
  self._columns = core.category(self.selectable) == "FROM" and core.columns(self.selectable)
    or self.selectable.exported_columns
  self._options = {equivalents = self.equivalents, by_name = o.adapt_on_names, relabel = o.anonymize_labels}
end

--- Is it about one of the selectables that the adapter is to replace?
local function is_wanted(self, node)
  local froms = self.adapt_from_selectables
  if not froms or self.equivalents[node] then return true end
  for _, from in ipairs(froms) do
    if core.category(node) == "FROM" then
      if core.is_derived_from(from, node) then return true end
    elseif core.columns(from):corresponding_column(node, false) then
      return true
    end
  end
  return false
end

local CONSTANTS = {NULL = true, TRUE = true, FALSE = true}

--- @class lualchemy.AdapterOptions
--- @field equivalents? table<any, any[]> columns that have the same value
--- @field include_fn? fun(node: any): boolean adapts only these
--- @field exclude_fn? fun(node: any): boolean leaves these
--- @field adapt_on_names? boolean a column that is not there becomes the one of its name
--- @field anonymize_labels? boolean labels of what changes become anonymous
--- @field adapt_from_selectables? any[] adapts only what is of these
--- @field adapt_required? boolean of ColumnAdapter: nil for what is not adapted
--- @field allow_label_resolve? boolean of ColumnAdapter: not used

--- @class lualchemy.ClauseAdapter
--- @field selectable any
local Adapter = {}

function Adapter.__init__(self, selectable, ...) fill(self, selectable, named("ClauseAdapter", NAMES, ...)) end

--- What stands for one node, or nil.
--- @param node any
--- @return any
function Adapter:replace(node)
  node = core.element(node)
  if self.include_fn and not self.include_fn(node) or self.exclude_fn and self.exclude_fn(node) then return nil end
  if CONSTANTS[core.kind(node)] or node ~= self.selectable and not is_wanted(self, node) then return nil end
  return adapt.replacement(node, self.selectable, self._columns, self._options)
end

--- The construct with what replace() of this adapter, or of one of its chain, returns for its parts. A column for which
-- there is nothing stays as it is.
--- @param clause any
--- @return any
function Adapter:traverse(clause)
  local chain = self:visitor_iterator()
  return visitors.replacement_traverse(clause, {}, function(node)
    for _, visitor in ipairs(chain) do
      local new = visitor:replace(node)
      if new ~= nil then return new end
    end
    return core.kind(node) == "COLUMN" and node or nil
  end)
end

local ClauseAdapter = Replacing:class("ClauseAdapter", Adapter)

-- ---- with a memory ----

local Columns = {}

local locate

--- The expression as the adapter has it; the same one each time.
Columns.__index = function(columns, key)
  local self, node = getmetatable(columns).adapter, core.element(key)
  if self.include_fn and not self.include_fn(node) or self.exclude_fn and self.exclude_fn(node) then
    if self._wrap then return self._wrap.columns[node] end
    return node
  end
  local found = rawget(columns, node)
  if found == nil then
    found = locate(self, node)
    rawset(columns, node, found)
  end
  return found
end

local function columns_of(self)
  return setmetatable({}, {__index = Columns.__index, __mode = "k", adapter = self})
end

function locate(self, node)
  local found = Adapter.traverse(self, node)
  if self._wrap then found = locate(self._wrap, found) or found end
  if self.adapt_required and found == node then return nil end
  return found
end

--- @class lualchemy.ColumnAdapter: lualchemy.ClauseAdapter
--- @field columns table<any, any> what has been adapted: the same one each time
local Column = {}

function Column.__init__(self, selectable, ...)
  local o = named("ColumnAdapter", COLUMN_NAMES, ...)
  fill(self, selectable, o)
  self.adapt_required = o.adapt_required or false
  self.columns = columns_of(self)
end

--- Another one, whose results the given adapter adapts further.
--- @param adapter lualchemy.ColumnAdapter
--- @return lualchemy.ColumnAdapter
function Column:wrap(adapter)
  local copy = setmetatable({}, getmetatable(self))
  for k, v in pairs(self) do copy[k] = v end
  copy._wrap, copy.columns = adapter, columns_of(copy)
  return copy
end

--- The construct adapted; once, however often it is asked for.
--- @param clause any
--- @return any
function Column:traverse(clause)
  if clause == nil then return nil end
  return self.columns[clause]
end
Column.adapt_clause = Column.traverse

--- Those of an array, adapted.
--- @param list any[]
--- @return any[]
function Column:adapt_list(list) return self:copy_and_process(list) end

--- The adapted column, or nil where the selectable has nothing for it.
--- @param column any
--- @return any
function Column:adapt_check_present(column)
  local node = core.element(column)
  local found = self.columns[node]
  if found == node and not self._columns:corresponding_column(node, true) then return nil end
  return found
end

return {ClauseAdapter = ClauseAdapter, ColumnAdapter = ClauseAdapter:class("ColumnAdapter", Column)}
