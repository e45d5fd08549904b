--- SchemaDropper: drops what it visits, and with checkfirst only what is there.
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local classes = require("lualchemy.sql.ddl_element").classes
local err = require "lualchemy.error"
local sort = require "lualchemy.sql.schema_sort"
local types = require "lualchemy.sql.ddl_types"
local visitor = require "lualchemy.sql.ddl_visitor"

local schema = core.schema
local invoke = visitor.invoke

local NOT_SORTED = "Can't sort tables for DROP; an unresolvable foreign key dependency exists between tables: %s"

--- @class lualchemy.SchemaDropper
local Dropper = {}

function Dropper:_can_drop_table(t) return self:_has_table(t, true) end

function Dropper:_can_drop_index(index) return self:_is_there("index", index, true, core.get(index, "table")) end

function Dropper:_can_drop_sequence(s) return self:_wants_sequence(s) and self:_is_there("sequence", s, true) end

--- The tables in the order in which they can be dropped, with the keys that must go before.
local function drop_order(self, tables)
  local can_alter = self.dialect.supports_alter
  local ok, found = pcall(sort.sort_tables_and_constraints, tables, function(constraint)
    if not can_alter or not core.has(constraint, "name") then return false end
  end)
  if ok then
    local out = {}
    for i = #found, 1, -1 do out[#out + 1] = found[i] end
    return out
  end
  if not err.exc.CircularDependencyError:is(found) then error(found, 0) end
  local names, unsorted = {}, {}
  for i, t in ipairs(found.cycles) do names[i] = t.fullname end
  local text = NOT_SORTED:format(table.concat(names, ", "))
  if can_alter then
    error(err.exc.CircularDependencyError(text .. ".  Please ensure that the ForeignKey and ForeignKeyConstraint "
      .. "objects involved in the cycle have names so that they can be dropped using DROP CONSTRAINT.",
      {cycles = found.cycles}), 0)
  end
  err.warn(text .. "; and backend does not support ALTER.  To restore at least a partial sort, apply use_alter=True "
    .. "to ForeignKey and ForeignKeyConstraint objects involved in the cycle to mark these as known cycles that will "
    .. "be ignored.")
  for i, t in ipairs(tables) do unsorted[i] = {t, {}} end
  return unsorted
end

--- The tables that are there, those first that refer to others; keys within circles before all.
--- @param metadata lualchemy.MetaData
function Dropper:visit_metadata(metadata)
  local wanted, sequences, ignored, tables = {}, {}, {}, {}
  for _, t in ipairs(self.tables or schema.tables(metadata)) do
    if self:_can_drop_table(t) then wanted[#wanted + 1] = t end
  end
  local collection = drop_order(self, wanted)
  for _, s in ipairs(schema.sequences(metadata)) do
    if self:_can_drop_sequence(s) then
      sequences[#sequences + 1] = s
      ignored[s] = true
    end
  end
  for _, pair in ipairs(collection) do tables[#tables + 1] = pair[1] end
  self:with_ddl_events(metadata, {tables = tables, checkfirst = self.checkfirst}, function()
    for _, pair in ipairs(collection) do
      if pair[1] then
        self:traverse_single(pair[1], {drop_ok = true, _is_metadata_operation = true, _ignore_sequences = ignored})
      else
        for _, constraint in ipairs(pair[2]) do self:traverse_single(constraint) end
      end
    end
    for _, s in ipairs(sequences) do self:traverse_single(s, {drop_ok = not core.get(s, "column")}) end
    types.drop_for_metadata(self, metadata)
  end)
end

--- DROP TABLE, and then the sequences that its columns took their defaults from.
--- @param t lualchemy.Table
--- @param kw? table
function Dropper:visit_table(t, kw)
  kw = kw or {}
  if not kw.drop_ok and not self:_can_drop_table(t) then return end
  local whole, ignored = kw._is_metadata_operation or false, kw._ignore_sequences or {}
  self:with_ddl_events(t, {checkfirst = self.checkfirst, _is_metadata_operation = whole}, function()
    invoke(self, base.statement(t, "dropper") or classes.DropTable(t), t)
    for _, column in ipairs(core.columns(t):values()) do
      local default = column.default
      if default and not ignored[default] then self:traverse_single(default) end
    end
    if not t.is_view then types.drop_for_table(self, t, whole) end
  end)
end

--- ALTER TABLE … DROP CONSTRAINT.
--- @param constraint lualchemy.ForeignKeyConstraint
function Dropper:visit_foreign_key_constraint(constraint)
  if not self.dialect.supports_alter then return end
  self:with_ddl_events(constraint, {}, function() invoke(self, classes.DropConstraint(constraint), constraint) end)
end

--- DROP SEQUENCE.
--- @param s lualchemy.Sequence
--- @param kw? table
function Dropper:visit_sequence(s, kw)
  if not (kw and kw.drop_ok) and not self:_can_drop_sequence(s) then return end
  self:with_ddl_events(s, {}, function() invoke(self, classes.DropSequence(s), s) end)
end

--- DROP INDEX.
--- @param index lualchemy.Index
--- @param kw? table
function Dropper:visit_index(index, kw)
  if not (kw and kw.drop_ok) and not self:_can_drop_index(index) then return end
  self:with_ddl_events(index, {}, function() invoke(self, classes.DropIndex(index), index) end)
end

return visitor.derive(visitor.public.InvokeDropDDLBase, "SchemaDropper", Dropper)
