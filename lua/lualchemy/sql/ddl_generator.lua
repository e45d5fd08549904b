--- SchemaGenerator: creates what it visits, and with checkfirst only what is not there.
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local classes = require("lualchemy.sql.ddl_element").classes
local sort = require "lualchemy.sql.schema_sort"
local types = require "lualchemy.sql.ddl_types"
local visitor = require "lualchemy.sql.ddl_visitor"

local schema = core.schema
local invoke, spec = visitor.invoke, base.spec

--- @class lualchemy.SchemaGenerator
local Generator = {}

function Generator:_can_create_table(t) return not self:_has_table(t, false) end

function Generator:_can_create_index(index)
  return not self:_is_there("index", index, false, core.get(index, "table"))
end

function Generator:_can_create_sequence(s)
  return self:_wants_sequence(s) and not self:_is_there("sequence", s, false)
end

--- The tables that are not there, those first that others refer to; keys within circles last.
--- @param metadata lualchemy.MetaData
function Generator:visit_metadata(metadata)
  local wanted, sequences, tables = {}, {}, {}
  for _, t in ipairs(self.tables or schema.tables(metadata)) do
    if self:_can_create_table(t) then wanted[#wanted + 1] = t end
  end
  local collection = sort.sort_tables_and_constraints(wanted)
  for _, s in ipairs(schema.sequences(metadata)) do
    if not core.get(s, "column") and self:_can_create_sequence(s) then sequences[#sequences + 1] = s end
  end
  for _, pair in ipairs(collection) do tables[#tables + 1] = pair[1] end
  types.create_for_metadata(self, metadata)
  self:with_ddl_events(metadata, {tables = tables, checkfirst = self.checkfirst}, function()
    for _, s in ipairs(sequences) do self:traverse_single(s, {create_ok = true}) end
    for _, pair in ipairs(collection) do
      if pair[1] then
        self:traverse_single(pair[1], {create_ok = true, include_foreign_key_constraints = pair[2],
          _is_metadata_operation = true})
      else
        for _, constraint in ipairs(pair[2]) do self:traverse_single(constraint) end
      end
    end
  end)
end

local function add_comments(self, t)
  local dialect = self.dialect
  if not dialect.supports_comments or dialect.inline_comments then return end
  if core.has(spec(t), "comment") then invoke(self, classes.SetTableComment(t), t) end
  for _, column in ipairs(core.columns(t):values()) do
    if core.has(spec(column), "comment") then invoke(self, classes.SetColumnComment(column), column) end
  end
  if not dialect.supports_constraint_comments then return end
  for _, constraint in ipairs(core.get(spec(t), "constraints")) do
    if core.has(constraint, "comment") then self.connection:execute(classes.SetConstraintComment(constraint)) end
  end
end

--- CREATE TABLE, what its columns take their defaults from before, its indexes and comments after it.
--- @param t lualchemy.Table
--- @param kw? table
function Generator:visit_table(t, kw)
  kw = kw or {}
  if not kw.create_ok and not self:_can_create_table(t) then return end
  local whole, foreign_keys = kw._is_metadata_operation or false, kw.include_foreign_key_constraints
  if not t.is_view then types.create_for_table(self, t, whole) end
  self:with_ddl_events(t, {checkfirst = self.checkfirst, _is_metadata_operation = whole}, function()
    for _, column in ipairs(core.columns(t):values()) do
      if column.default then self:traverse_single(column.default) end
    end
    if not self.dialect.supports_alter then foreign_keys = nil end
    invoke(self, base.statement(t, "creator")
      or classes.CreateTable(t, {include_foreign_key_constraints = foreign_keys}), t)
    for _, index in ipairs(core.get(spec(t), "indexes")) do self:traverse_single(index, {create_ok = true}) end
    add_comments(self, t)
  end)
end

--- ALTER TABLE … ADD.
--- @param constraint lualchemy.ForeignKeyConstraint
function Generator:visit_foreign_key_constraint(constraint)
  if not self.dialect.supports_alter then return end
  self:with_ddl_events(constraint, {}, function() invoke(self, classes.AddConstraint(constraint), constraint) end)
end

--- CREATE SEQUENCE.
--- @param s lualchemy.Sequence
--- @param kw? table
function Generator:visit_sequence(s, kw)
  if not (kw and kw.create_ok) and not self:_can_create_sequence(s) then return end
  self:with_ddl_events(s, {}, function() invoke(self, classes.CreateSequence(s), s) end)
end

--- CREATE INDEX.
--- @param index lualchemy.Index
--- @param kw? table
function Generator:visit_index(index, kw)
  if not (kw and kw.create_ok) and not self:_can_create_index(index) then return end
  self:with_ddl_events(index, {}, function() invoke(self, classes.CreateIndex(index), index) end)
end

return visitor.derive(visitor.public.InvokeCreateDDLBase, "SchemaGenerator", Generator)
