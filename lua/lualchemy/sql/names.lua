--- Names of la that stand for what is elsewhere: classes for isinstance, numbers with names, savepoints.
local compiles = require("lualchemy.sql.compiles").compiles
local core = require "lualchemy.core"
local dialect = require "lualchemy.sql.dialect"
local expression = require "lualchemy.sql.expression"
local expression_class = require "lualchemy.sql.expression_class"
local element_class = require "lualchemy.sql.element_class"
local lambda = require "lualchemy.sql.lambda"
local selectable = require "lualchemy.sql.selectable"

--- A class that only tells what its instances are.
local function told_by(is) return {is = function(_, x) return is(x) end} end

local function identity(x) return x end

local names = {
  ["true"] = expression.true_, ["false"] = expression.false_,
  OperatorClass = require("lualchemy.sql.operator_class").OperatorClass, SelectLabelStyle = {},
  BindTyping = {NONE = 1, SETINPUTSIZES = 2, RENDER_CASTS = 3},
  Visitable = told_by(core.is_node), ColumnCollection = told_by(core.is_columns), Compiled = told_by(core.is_compiled),
  Dialect = told_by(dialect.is), BaseDDLElement = told_by(function(x)
    return core.is_node(x) and core.category(x) == "DDL"
  end),
  TextAsFrom = selectable.TextualSelect, Nullable = identity, NotNullable = identity,
}
for name, value in pairs(selectable) do
  if name:find "^LABEL_STYLE_" then names.SelectLabelStyle[name] = value end
end
for name, value in pairs(lambda) do names[name] = value end

--- SAVEPOINT and its kin: made with the savepoint's name.
for name, words in pairs{SavepointClause = "SAVEPOINT ", RollbackToSavepointClause = "ROLLBACK TO SAVEPOINT ",
                         ReleaseSavepointClause = "RELEASE SAVEPOINT "} do
  names[name] = element_class.derive(expression_class.ClauseElement, name, selectable.Executable, {
    __init__ = function(self, ident) self.ident = ident end,
  })
  compiles(names[name])(function(element, compiler)
    return words .. compiler.dialect:quote_identifier(element.ident)
  end)
end

return names
